"""The head tags into the pages of a built site, and out of them again, byte for byte."""
