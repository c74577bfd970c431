"""Outages that are no loss of a node: what is broken, under load, and what is left when it is healed."""
