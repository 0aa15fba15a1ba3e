"""From a tree of nodes to typed values, and to every mistake in it: for configs and for push messages."""
