"""What `pwagen check` does: looks a site over, whoever built it: what is wrong, and how to mend it."""
