"""Checks that need both nodes together."""
