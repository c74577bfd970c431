"""One DAS node as the suites see it: its files, log and services."""
