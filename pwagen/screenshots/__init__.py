"""The pictures of an install dialog: the site's own pages, wide and narrow, in Chromium."""
