"""Runs inside the containers of the compose target: configures a home, starts its server, serves its files."""
