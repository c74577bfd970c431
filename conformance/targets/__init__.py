"""Targets: where the two DAS nodes and their MySQL run, and how the suite reaches them."""
