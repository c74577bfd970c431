"""Images for the compose target: on a base image from a registry, or on one made of Debian packages."""
