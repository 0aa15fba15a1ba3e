"""`pwagen test`: checks a site step by step in real browsers, and reports the results."""
