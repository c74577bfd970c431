"""Proof that the suites can fail: for each requirement the smallest changes that turn it, and nothing unrelated, red."""
