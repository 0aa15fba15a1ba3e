"""VAPID keys in every common form, recognised, read and written."""
