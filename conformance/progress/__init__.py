"""Shows what a run is doing: one stream of records for a terminal, a log and a file."""
