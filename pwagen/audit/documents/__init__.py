"""Files of a site as the rules look at them: a page, a manifest, a script, each with lines and columns."""
