"""Whether a TCP connection from a node's container comes about."""

from conformance.targets.shared.hosts import tried_connection


def tell(address: str, port: str) -> int:
    """Connect, and print the system's words when that fails; always 0, as the words are the answer."""
    print(tried_connection(address, int(port)))
    return 0
