"""The app in several languages: selection, manifests and texts."""
