"""Each integration in its framework: real projects, in a real browser."""
