"""From the bytes of a YAML file to a tree of nodes that know where they stand."""
