"""sw.js and register.js: their parts, and the one constant that they read."""
