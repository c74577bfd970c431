"""Checks of one node that need more than one of its files."""
