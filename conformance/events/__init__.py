"""Events: the lab's stream artifacts, a client that sends, and the ledger of what became of each event."""
