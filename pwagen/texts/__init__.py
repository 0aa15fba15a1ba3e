"""Which texts and languages pwagen speaks."""
