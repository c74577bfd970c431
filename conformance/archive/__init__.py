"""Reads folders and archives that were handed in: read-only, with size limits, and nothing outside of them."""
