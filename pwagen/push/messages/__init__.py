"""Push messages: what they may say, and the JSON Schema of it."""
