"""Private keys of a project on disk: found, read, checked, rotated."""
