"""Applications that Spark's master gave up, as its log tells it: it does not start them again.

See docs/product/spark.md#recovery.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.start_exceptions import listed
from conformance.node.log.start_lines import SHUTDOWN

#: Spark's master, when executors of an application ended too often: as on a worker whose JVM hangs in its shutdown.
GIVEN_UP = r"^Application \S+ with ID \S+ failed \d+ times; removing it"
_GIVEN_UP = re.compile(GIVEN_UP)
_CLIENT = re.compile("^Started Spark CLIENT in the cluster")

REMEDY = "no query is answered until Spark has an application again: restart the node whose master removed it"


def removals(events: Iterable[LogEvent]) -> list[LogEvent]:
    """Removals in one start of a node, but for those in its own shutdown, with which its applications end."""
    found = []
    for event in events:
        if SHUTDOWN.matches(event, {}):
            break
        if _GIVEN_UP.match(event.message):
            found.append(event)
    return found


def unhealed(section: LogSection) -> list[LogEvent]:
    """Removals after which the node started no client of Spark again."""
    clients = [number for number, event in enumerate(section) if _CLIENT.match(event.message)]
    last = max(clients, default=-1)
    return removals(section.events[last + 1 :])


def problem(section: LogSection) -> str:
    """That Spark gave its application up and did not start it again, for the operator; "" if it did not."""
    found = unhealed(section)
    return describe(str(section), found) if found else ""


def describe(where: str, found: Sequence[object]) -> str:
    """The finding for the operator."""
    return f"{where}: Spark gave its application up, {len(found)} time(s):\n{listed(found)}\n{REMEDY}"
