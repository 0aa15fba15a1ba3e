"""The site under test in each browser: pages, pushes, clicks and their results."""
