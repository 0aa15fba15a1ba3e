"""What `pwagen check --fix` mends: for some rules a function from a site and its findings to new contents."""
