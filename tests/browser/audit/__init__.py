"""What the audit says, held against what a real browser says."""
