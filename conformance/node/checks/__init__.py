"""Checks of one node that need more than one file of it: they take the node itself."""
