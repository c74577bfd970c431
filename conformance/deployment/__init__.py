"""What a deployment is, the same on every target: interface, specification, description."""
