"""Log lines that show how far a node's start has come."""

import re

STARTED = "WSO2 Carbon started"
CONSOLE = "Mgt Console URL"
ACTIVE = "Became CEP HA Active Member"
PASSIVE = "Became CEP HA Passive Member"
SYNCED = "CEP HA State successfully synced"

#: A start waits here until this many nodes have come as far, including itself: taskServerCount of
#: conf/etc/tasks-config.xml (docs/product/logs.md#a-start-that-waits-for-its-peer). It never waits for 1.
WAITS_FOR_PEERS = r"Waiting for (?!1 )\d+ \[[^\]\n]*\] task executor nodes"
_WAIT = re.compile(rf"({WAITS_FOR_PEERS})|All task servers activated for \[([^\]\n]*)\]")


def awaited_peers(log: str) -> str:
    """The line in which a node says that it waits for others; "" if it is not waiting now."""
    last = next(reversed(list(_WAIT.finditer(log))), None)
    return str(last[1] or "") if last else ""


def waited_for_peers(log: str) -> str:
    """The first line in which a node says that it waits for others; "" if it never did."""
    found = re.search(WAITS_FOR_PEERS, log)
    return found[0] if found else ""
