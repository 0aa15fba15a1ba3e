"""Whole generated apps, kept as files so that a review shows what users will get."""
