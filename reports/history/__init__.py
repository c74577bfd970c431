"""All stored runs on one page: verdicts by night, phases and losses as curves, and what became slower."""
