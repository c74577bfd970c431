"""What a run does right now, told while it happens: one stream of records, shown on a terminal, in a log, in a file."""
