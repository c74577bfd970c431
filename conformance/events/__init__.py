"""Events: the lab's stream artifacts, clients that send, and the ledger of what became of each event."""
