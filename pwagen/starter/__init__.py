"""From a first look at a site to its pwagen.yaml and key pair."""
