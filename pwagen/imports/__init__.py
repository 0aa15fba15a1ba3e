"""Imports that wait for their use, and packages that may be missing."""
