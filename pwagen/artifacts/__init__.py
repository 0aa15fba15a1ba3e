"""What a build makes: manifest, scripts, icons, offline pages, head tags, files for the host. Pure."""
