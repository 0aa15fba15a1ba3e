"""Files that take the place of others in one step, and names by which the next build knows a killed one's."""
