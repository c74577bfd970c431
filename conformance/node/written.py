"""Reads what a node's processes have written so far, which is nothing before its first start."""

from conformance.deployment.interface import NodeAccess


def standard_output(access: NodeAccess) -> str:
    """Output of all starts of its JVM and script, such as threads, or failures before a log; "" if not kept."""
    try:
        return access.read(access.console_log).decode("utf-8", "replace")
    except FileNotFoundError:
        return ""


def size_now(access: NodeAccess, path: str) -> int:
    """Size of a file in bytes; 0 if it does not exist."""
    try:
        return access.size(path)
    except FileNotFoundError:
        return 0
