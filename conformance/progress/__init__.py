"""What a run does right now, as it happens: one stream of records, shown on a terminal, in a log, in a file."""
