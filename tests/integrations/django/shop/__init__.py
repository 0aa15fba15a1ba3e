"""A shop with a log-in, as an app."""
