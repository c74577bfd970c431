"""Repairs of configuration as patches: what follows from the page and the two homes is changed in drafts of their
files, the rest becomes a question. Nothing is ever written into a home."""
