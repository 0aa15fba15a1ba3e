"""The sender: what is sent to whom, how often it is tried, and what became of it."""
