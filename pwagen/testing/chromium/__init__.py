"""Chromium, driven over Playwright and the DevTools protocol."""
