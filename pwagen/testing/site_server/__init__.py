"""A static file server on loopback for the site under test."""
