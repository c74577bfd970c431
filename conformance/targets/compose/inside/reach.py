"""Tries a TCP connection from a node's container."""

from conformance.targets.shared.hosts import tried_connection


def tell(address: str, port: str) -> int:
    """Connect, and print the system's error text on failure. Always return 0, because the text is the answer."""
    print(tried_connection(address, int(port)))
    return 0
