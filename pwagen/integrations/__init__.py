"""pwagen inside the tools and frameworks that sites are made with: each a thin module over the same core."""
