"""Detects indexing that stands still because an index cannot be locked, from the node's log.

A lock file remains when a node is killed, so the file alone proves nothing: what counts is that locking fails. Then
records are not indexed and pile up in repository/data/index_staging_queues.
"""

import re
from collections.abc import Sequence

from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.start_exceptions import listed

_REFUSED = ("LockObtainFailedException", "Lock obtain timed out", "Lock held by")
_OF_AN_INDEX = ("write.lock", "index_data")
_LOCK = re.compile(r"[^\s@'\"(]*write\.lock")

REMEDY = (
    "the index is not written any more: stop the node, see that no other process of it is left, remove the write.lock "
    "files below repository/data/index_data, and start it; if that does not help, rebuild the index"
)


def problem(section: LogSection) -> str:
    """Report, for the operator, that an index could not be locked, and its locks; "" if the log does not say so."""
    found = refusals(section)
    return describe(str(section), found) if found else ""


def refusals(section: LogSection) -> list[LogEvent]:
    """Events that say that an index could not be locked."""
    return [event for event in section.holding(*_REFUSED) if any(event.holds(text) for text in _OF_AN_INDEX)]


def describe(where: str, found: Sequence[object]) -> str:
    """The finding for the operator; the events name the locks."""
    events = [one for one in found if isinstance(one, LogEvent)]
    locks = sorted({lock for event in events for line in (event.message, *event.trace) for lock in _LOCK.findall(line)})
    named = f" ({', '.join(locks[:3])}{' and others' if len(locks) > 3 else ''})" if locks else ""
    return f"{where}: an index could not be locked{named}, {len(found)} time(s):\n{listed(found)}\n{REMEDY}"
