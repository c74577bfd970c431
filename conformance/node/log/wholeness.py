"""Checks that a node's log is complete, because an incomplete one must never let a requirement pass."""

from conformance.errors import EvidenceError
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.collectors import LEFT_OUT
from conformance.node.log.event import LogEvent
from conformance.node.log.head import BAD, is_cut, suspect
from conformance.node.log.reading import LogSection, UnknownForm
from conformance.node.log.start_exceptions import STARTED

_NUL = "\x00"


def readable_log(log: NodeLog) -> NodeLog:
    """The log. EvidenceError if its form is unknown: its content, the supported forms, and what to do."""
    try:
        log.deployment_start()
    except UnknownForm as unknown:
        raise unknown.explained from None
    return log


def whole_start(log: NodeLog, last: LogSection) -> LogSection:
    """The log of the deployment's start, complete to the last line, without gaps, at least to the end of the start.

    The newest start, `last`, must be complete too. EvidenceError names what is missing: the file, its beginning, bytes
    in between, or the end.
    """
    section = log.deployment_start()
    for one in (section, last):
        _demand_no_holes(one)
        _demand_readable_heads(one)
        _demand_end_of_start(one)
    if not log.ends_whole():
        raise EvidenceError(
            f"{section.node} {last.events[-1].path}: ends in the middle of a line",
            "the log was cut, or its disk is full: free some room, restart the node, keep the whole file",
        )
    return section


def _demand_no_holes(section: LogSection) -> None:
    for event in section.holding(_NUL):
        raise EvidenceError(
            f"{section.node} {event.place}: holds NUL bytes",
            "the file lost data in a crash, or was cut while it was written: restart the node with a new log",
        )


def _demand_readable_heads(section: LogSection) -> None:
    """Demand that no event is torn, except errors, which the requirement on errors finds: their content is unknown."""
    lost = [event for event in section.torn if event.level not in BAD and _was_head(event)]
    if lost:
        more = f" (and {len(lost) - 1} more)" if len(lost) > 1 else ""
        raise EvidenceError(
            f"{section.node} {lost[0]}{more}: looks like the beginning of a log event, but cannot be read as one",
            "hand in the log as the node wrote it (of journald: journalctl -o cat -a), or correct the lines that an "
            "editor or a copy broke",
        )


def _was_head(event: LogEvent) -> bool:
    """Whether the line surely was a head: a collector left its text out, it has a level, or is cut before that."""
    found = suspect(event.head)
    left_out = event.head.startswith("{") or event.head.endswith(LEFT_OUT)
    return bool(event.level) or event.is_file_form or left_out or (found is not None and is_cut(found.rest))


def _demand_end_of_start(section: LogSection) -> None:
    if not STARTED.all_in(section):
        raise EvidenceError(
            f"{section}: ends before the server had started ({STARTED.text!r} is missing)",
            "the log was cut, or the node did not come up; its last event is " + str(section.events[-1]),
        )
