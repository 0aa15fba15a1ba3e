"""What one field alone cannot say: sections held against each other and against the disk."""
