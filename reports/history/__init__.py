"""All stored runs on one page: verdicts by night, phases and losses as lines, what became slower."""
