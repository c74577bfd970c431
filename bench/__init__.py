"""Measurements of the suite and of the lab; never part of the tests."""
