"""Judges many pairs of homes with one command."""
