"""Finds applications that Spark's master gave up and does not start again, in its log."""

import re
from collections.abc import Sequence

from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.start_exceptions import listed
from conformance.node.log.start_lines import SHUTDOWN

#: Logged by Spark's master when an application's executors end too often, as on a worker whose JVM hangs.
GIVEN_UP = r"^Application \S+ with ID \S+ failed \d+ times; removing it"
_GIVEN_UP, _REMOVING = re.compile(GIVEN_UP), "removing it"
_CLIENT = "Started Spark CLIENT in the cluster"

REMEDY = "no query is answered until Spark has an application again: restart the node whose master removed it"


def removals(section: LogSection) -> list[LogEvent]:
    """Removals in one start of a node, except during its shutdown, which ends its applications."""
    return _removals_after(section, -1)


def unhealed(section: LogSection) -> list[LogEvent]:
    """Removals after which the node did not start a Spark client again."""
    events = section.events
    clients = [one for one in section.numbers_holding(_CLIENT) if events[one].message.startswith(_CLIENT)]
    return _removals_after(section, max(clients, default=-1))


def _removals_after(section: LogSection, last: int) -> list[LogEvent]:
    """Removals after this event, up to the next shutdown."""
    end = next((one for one in SHUTDOWN.numbers_in(section) if one > last), len(section))
    likely = [section.events[one] for one in section.numbers_holding(_REMOVING) if last < one < end]
    return [event for event in likely if _GIVEN_UP.match(event.message)]


def problem(section: LogSection) -> str:
    """Report, for the operator, that Spark gave up its application and did not restart it; "" if not."""
    found = unhealed(section)
    return describe(str(section), found) if found else ""


def describe(where: str, found: Sequence[object]) -> str:
    """The finding for the operator."""
    return f"{where}: Spark gave its application up, {len(found)} time(s):\n{listed(found)}\n{REMEDY}"
