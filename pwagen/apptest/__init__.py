"""What `pwagen test` does: a site, taken through every step in real browsers, and the report."""
