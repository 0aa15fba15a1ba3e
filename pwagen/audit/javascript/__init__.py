"""JavaScript as a syntax tree, with its scopes."""
