"""A run under pytest, from its options to its end, and the commands around it."""
