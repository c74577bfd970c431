"""Images for the compose target: of a base from a registry, or of one made of Debian packages."""
