"""Both nodes as one: what only the two of them together can show."""
