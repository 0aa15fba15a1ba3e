"""What a build makes, each kind in a package or module of its own."""
