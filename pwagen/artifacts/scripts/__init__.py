"""sw.js and register.js: which parts go in, the constant that they read, and the two texts."""
