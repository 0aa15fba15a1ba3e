"""The sample site as pwagen builds it, copied into place, in a real Chromium."""
