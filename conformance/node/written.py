"""What a node's processes have written so far, before the node's first start nothing."""

from conformance.deployment.interface import NodeAccess


def standard_output(access: NodeAccess) -> str:
    """What all starts of its JVM and start script printed: threads, for example, and what fails before there is a log.

    "" where nothing keeps it.
    """
    try:
        return access.read(access.console_log).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def size_now(access: NodeAccess, path: str) -> int:
    """Size of a file in bytes, 0 where it is not there."""
    try:
        return access.size(path)
    except FileNotFoundError:
        return 0
