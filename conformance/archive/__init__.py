"""Folders and archives that were handed in: read only, bounded, and nothing outside of them."""
