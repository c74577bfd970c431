"""Texts and names of any origin: how to show, search and mask them."""
