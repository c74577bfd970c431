"""The commands of `python -m conformance`."""
