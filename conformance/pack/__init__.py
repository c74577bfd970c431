"""Fetches, verifies and assembles the product under test, and lays it out as a DAS home."""
