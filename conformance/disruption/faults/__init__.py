"""Faults: each is injected, proven to have taken, healed, and proven to be healed."""
