"""The loss of one node, recorded: the fault, each phase with its time and budget, and what became of the data."""
