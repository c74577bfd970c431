"""Lines of the product's log by which the state of a node's start is known.

See docs/product/logs.md#lines-of-a-start.
"""

import re

STARTED = "WSO2 Carbon started"
CONSOLE = "Mgt Console URL"
ACTIVE = "Became CEP HA Active Member"
PASSIVE = "Became CEP HA Passive Member"
SYNCED = "CEP HA State successfully synced"

#: A start stands still here until so many nodes have come as far, itself among them: taskServerCount of
#: conf/etc/tasks-config.xml (docs/product/logs.md#a-start-that-waits-for-its-peer). For itself alone none does.
WAITS_FOR_PEERS = r"Waiting for (?!1 )\d+ \[[^\]\n]*\] task executor nodes"
_WAIT = re.compile(rf"({WAITS_FOR_PEERS})|All task servers activated for \[([^\]\n]*)\]")


def awaited_peers(log: str) -> str:
    """How a node says that it waits for others right now; "" when it does not, or does no longer."""
    last = next(reversed(list(_WAIT.finditer(log))), None)
    return str(last[1] or "") if last else ""


def waited_for_peers(log: str) -> str:
    """How a node said first that it waits for others; "" when it never did."""
    found = re.search(WAITS_FOR_PEERS, log)
    return found[0] if found else ""
