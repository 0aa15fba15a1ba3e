"""Subscriptions in a database, and broadcasts over them."""
