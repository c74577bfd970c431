"""The description of a deployment, the same for every target: interface, specification, description."""
