"""The Carbon log of a node: its events, its starts, what they tell, and waiting for a line."""
