"""What runs inside the containers of the compose target: it configures a home, starts its server, hands out files."""
