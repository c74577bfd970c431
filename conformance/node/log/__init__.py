"""The Carbon log of a node: its events, its starts, what they say, and how to wait for a line."""
