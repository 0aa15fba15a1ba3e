"""The app in several languages: which one fits, its manifest, its words."""
