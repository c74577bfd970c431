"""What a node serves: console, admin services, event receivers; over HTTP, and in a browser."""
