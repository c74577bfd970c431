"""One DAS node as the suites see it: its files, its log, its services."""
