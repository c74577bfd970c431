"""The services of a node: console, admin services, event receivers; over HTTP and in a browser."""
