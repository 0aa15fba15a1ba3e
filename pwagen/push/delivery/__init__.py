"""The sender: recipients, attempts, and outcomes."""
