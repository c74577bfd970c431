"""Outages other than the loss of a node: what is broken, under load, and the state after it is healed."""
