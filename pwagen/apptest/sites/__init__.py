"""The site under test in each browser: pages, pushes, clicks, what became of them."""
