"""Whether a node's log is all there: what proves nothing must never let a requirement pass."""

from __future__ import annotations

from conformance.errors import EvidenceError
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.reading import LogSection
from conformance.node.log.start_exceptions import STARTED

_NUL = "\x00"


def whole_start(log: NodeLog, last: LogSection) -> LogSection:
    """The log of the deployment's start, read to the end of a line, without holes, up to the end of the start at least.

    So is `last`, the newest start. EvidenceError says what is missing: the file, its beginning, bytes in between, the
    end.
    """
    section = log.deployment_start()
    for one in (section, last):
        _demand_no_holes(one)
        _demand_end_of_start(one)
    if not log.ends_whole():
        raise EvidenceError(
            f"{section.node} {last.events[-1].path}: ends in the middle of a line",
            "the log was cut, or its disk is full: free some room, restart the node, keep the whole file",
        )
    return section


def _demand_no_holes(section: LogSection) -> None:
    for event in section:
        if any(_NUL in text for text in (event.message, *event.trace)):
            raise EvidenceError(
                f"{section.node} {event.place}: holds NUL bytes",
                "the file lost data in a crash, or was cut while it was written: restart the node with a new log",
            )


def _demand_end_of_start(section: LogSection) -> None:
    if not STARTED.all_in(section):
        raise EvidenceError(
            f"{section}: ends before the server had started ({STARTED.text!r} is missing)",
            "the log was cut, or the node did not come up; its last event is " + str(section.events[-1]),
        )
