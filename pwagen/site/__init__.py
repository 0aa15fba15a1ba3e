"""The site that the app is made for, as it lies on disk."""
