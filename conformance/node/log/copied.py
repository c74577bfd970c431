"""Detects a log that a copy changed: lines in reverse order, or broken at a fixed width. Such a log is not judged."""

from collections.abc import Sequence
from itertools import pairwise

from conformance.errors import EvidenceError
from conformance.node.log.event import LogEvent
from conformance.node.log.head import may_be_head, plain_match

#: How many events and characters at the start of a log to check, and how many must agree.
_EVENTS, _CHARACTERS, _ENOUGH = 200, 200_000, 5


def demand_as_written(log: str, text: str, events: Sequence[LogEvent]) -> None:
    """EvidenceError if the log's order or lines are not as the node wrote them."""
    times = [event.at for event in events[:_EVENTS]]
    later, earlier = (sum(one[a] < one[b] for one in pairwise(times)) for a, b in ((0, 1), (1, 0)))
    if earlier >= _ENOUGH and earlier > _ENOUGH * later:
        raise EvidenceError(
            f"{log}: its events stand newest first", "turn its lines around (tac FILE), or hand in what the node wrote"
        )
    if width := _width(text[:_CHARACTERS].split("\n")[:-1]):
        raise EvidenceError(
            f"{log}: its lines are broken after {width} characters",
            "hand in the file itself: a terminal, a mail or an editor broke the lines",
        )


def _width(lines: Sequence[str]) -> int:
    """The width at which lines are broken; 0 if they are not.

    Then many different events end there, no line is longer, and each is followed by a line without a head.
    """
    longest = max(map(len, lines), default=0)
    full = {line: after for line, after in pairwise(lines) if len(line) == longest and plain_match(line)}
    goes_on = [after for after in full.values() if not (after.startswith("\t") or may_be_head(after))]
    return longest if len(goes_on) >= max(_ENOUGH, 0.8 * len(full)) else 0
