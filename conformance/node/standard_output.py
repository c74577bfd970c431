"""What a node's JVM and its start script print: threads, for example, and what goes wrong before there is a log."""

from conformance.deployment.interface import NodeAccess


def standard_output(access: NodeAccess) -> str:
    """Standard output and error of all starts of a node; "" before the first, and where nothing keeps it."""
    try:
        return access.read(access.console_log).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""
