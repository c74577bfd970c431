"""One failover as a recorded ledger: the fault, its phases with times and budgets, and what became of the data."""
