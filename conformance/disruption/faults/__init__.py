"""Faults: each is injected, proven to work, healed, and proven to be healed."""
