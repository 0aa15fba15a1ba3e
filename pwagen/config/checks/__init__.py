"""Checks of single values, by the names that the model gives them."""
