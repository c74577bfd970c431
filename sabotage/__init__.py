"""Proves that the suites can fail: for each requirement the smallest changes that turn it red and nothing unrelated."""
