"""Message encryption (RFC 8291), VAPID (RFC 8292), and the contact in each token."""
