"""The Carbon log of a node: readings of it, marks in it, and waiting for a line."""

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.deployment.interface import NodeAccess
from conformance.errors import ConformanceError, EvidenceError, NotSeen
from conformance.evidence.witness import Witness
from conformance.node.clock import DRIFT, REMEDY, NodeClock, node_clock
from conformance.node.log.event import LogEvent, decode, event_of, plain_event
from conformance.node.log.follower import LOG_PATH, LogFollower, LogMark
from conformance.node.log.membership import of_one_node
from conformance.node.log.parts import LogParts
from conformance.node.log.plain_files import PlainFiles
from conformance.node.log.reading import LogReading, LogSection
from conformance.node.log.rotation import readable, rotated_files
from conformance.node.log.scan import starts_in
from conformance.waiting import SYSTEM, Clock, wait_for

#: Seconds between two looks at a log that is awaited. A look at another host takes as long itself: it gets a rest.
POLL, REMOTE_POLL = 0.01, 0.02
#: Bytes of a last line that is looked at.
_LAST_LINE = 1 << 14


@dataclass(frozen=True)
class Sighting:
    """An event that was waited for, and when the suite saw it (seconds of the monotonic clock)."""

    event: LogEvent
    at_monotonic: float


class NodeLog:
    """repository/logs/wso2carbon.log of one node; a restart goes on in the same file."""

    def __init__(self, access: NodeAccess, witness: Witness, clock: Clock = SYSTEM) -> None:
        self._access = access
        self._witness = witness
        self._clock = clock
        self._parts = LogParts(access, witness)
        self._taken: LogSection | None = None
        self._judged: tuple[LogReading, LogSection] | None = None
        self._assumed = NodeClock()
        self._end_known = LogMark()

    @property
    def node(self) -> str:
        """Name of the node."""
        return self._access.name

    @property
    def clock(self) -> NodeClock:
        """The clock and zone of the log's times. EvidenceError when the node's host does not tell them."""
        return node_clock(self._access, self._witness, self._clock)

    @property
    def assumed_clock(self) -> NodeClock:
        """The same; where it is not known, as of logs that were handed in, what `assume_clock` was given, or UTC."""
        try:
            return self.clock
        except ConformanceError:
            return self._assumed

    def assume_clock(self, clock: NodeClock) -> None:
        """Take this clock where the node's own is not known."""
        self._assumed = clock

    def wall(self, seen: Sighting) -> float:
        """When the node logged what was waited for, in epoch seconds of this machine's clock.

        For use inside an observation. EvidenceError when that is later than it was seen.
        """
        clock = self.clock
        at = clock.wall(seen.event.at)
        saw = self._clock.wall() - (self._clock.monotonic() - seen.at_monotonic)
        if at > saw + clock.uncertainty + DRIFT:
            raise EvidenceError(
                f"{self.node} {seen.event}: logged {at - saw:.1f} s after it was read (clock: {clock})", REMEDY
            )
        return at

    def note_start(self) -> LogMark:
        """Note the newest start in the log, once per run and before any fault: start requirements speak of that one."""
        return LogMark.from_json(self._noted_start()["mark"])

    def deployment_start(self) -> LogSection:
        """The start noted by `note_start`, as the log holds it when asked first; the same answer for the whole run.

        EvidenceError when the log is missing, empty, no Carbon log, of two nodes, or does not hold that start.
        """
        if self._taken:
            reading = self._parts.whole()
            if self._judged is None or self._judged[0] is not reading:
                whole = reading.start_at(self._taken.head)
                # One object: what it holds is found once.
                self._judged = reading, whole.begin(len(self._taken))
            return self._judged[1]
        head = str(self._noted_start()["head"])
        reading = of_one_node(self._parts.back_to_start("start log", fresh=False))
        return reading.start_at(head) if head else reading.last_start

    def starts(self) -> list[LogSection]:
        """Every start in the log and its rotated files, oldest first, as far as log_parts.LIMIT reaches back.

        EvidenceError when the log is missing, empty, no Carbon log or that of two nodes.
        """
        return of_one_node(self._parts.whole()).starts

    def take_start(self, start: LogSection) -> None:
        """Let `deployment_start` be one of `starts`, or its beginning: the newest may be a mere restart."""
        self._taken, self._judged = start, None

    def ends_whole(self) -> bool:
        """Whether the log ends with a whole line; a line that is just being written has a moment to be finished."""

        def answer() -> bool:
            with suppress(NotSeen):
                wait_for("end of a log line", self._ends_whole, deadlines.LOG_LINE_WHOLE, clock=self._clock)
                return True
            return False

        return bool(self._witness.ask(self.node, "log ends with a whole line", answer))

    def now(self) -> LogReading:
        """A fresh reading. EvidenceError when the log is missing, empty or no Carbon log."""
        return self._parts.back_to_start("log", fresh=True)

    def mark(self) -> LogMark:
        """The end of the log now: what is written later comes after it. A log that is not there yet is marked at 0."""
        answer = self._witness.ask(self.node, "end of the log", lambda: self._end().as_json(), fresh=True)
        return LogMark.from_json(answer)

    def wait_for(self, pattern: str, *, after: LogMark, deadline: Deadline, logger: str = "") -> Sighting:
        """The first event after the mark whose first line holds the regular expression `pattern`.

        `logger` narrows to a logger by full name or its last part. Polls every 10 ms. Raises NotSeen on expiry, with
        the last event of the log.
        """
        what = f"{self.node}: the log line {in_words(pattern)} after line {after.lines} of {LOG_PATH}"
        seen = self._witness.ask(
            self.node,
            f"log line {pattern!r} {logger}".rstrip(),
            lambda: self._await(what, pattern, after, deadline, logger),
            fresh=True,
        )
        event = event_of(seen["head"], seen["path"], seen["line"])
        if event is None:
            raise EvidenceError(
                f"{self.node}: the stored sighting of {pattern!r} is not a log event", "record the run again"
            )
        return Sighting(event, seen["at_monotonic"])

    def _await(self, what: str, pattern: str, after: LogMark, deadline: Deadline, logger: str) -> dict[str, Any]:
        follower = LogFollower(self._access, after)
        begun = self._clock.monotonic()
        follower.poll()
        poll = POLL if self._clock.monotonic() - begun < POLL else REMOTE_POLL
        event = wait_for(
            what, lambda: follower.find(pattern, logger), deadline, poll=poll, clock=self._clock, last=follower.describe
        )
        at = self._clock.monotonic()
        return {"head": event.head, "path": event.path, "line": event.line, "at_monotonic": at}

    def _noted_start(self) -> dict[str, Any]:
        noted: dict[str, Any] = self._witness.ask(self.node, "newest start in the log", self._newest_start)
        return noted

    def _newest_start(self) -> dict[str, Any]:
        """Raw first line of the newest start, and the mark in the current file where it begins (0 if it is older).

        Whatever is wrong with the log is reported by who reads it for a requirement, not here.
        """
        head, mark, files = "", LogMark(), PlainFiles(self._access)
        with suppress(OSError):
            for path in self._newest_first():
                if starts := starts_in(files, path):
                    head = starts[-1].text
                    mark = LogMark.at(self._access, starts[-1].offset) if path == LOG_PATH else mark
                    break
        return {"head": head, "mark": mark.as_json()}

    def _newest_first(self) -> Iterator[str]:
        yield LOG_PATH
        yield from readable(rotated_files(self._access)).newest_first

    def _ends_whole(self) -> bool:
        files = PlainFiles(self._access)
        size = files.size(LOG_PATH)
        begin = max(0, size - _LAST_LINE)
        end = files.read_from(LOG_PATH, begin)[: size - begin]
        # An empty file follows one that was rotated just now.
        if end[-1:] in (b"", b"\n"):
            return True
        last = plain_event(decode(end).rpartition("\n")[2], LOG_PATH, 0)
        return last is not None and last.closed

    def _end(self) -> LogMark:
        with suppress(FileNotFoundError):
            self._end_known = LogMark.at_end(self._access, self._end_known)
            return self._end_known
        return LogMark()


#: The parts of an expression: what matches no letter, what stands for any, an escaped sign, a letter.
_PART = re.compile(
    r"\(\?[^)]*\)|\\[bBAZ]|[\^$()]"
    r"|(?P<any>(?:\[(?:\\.|[^\]\\])*\]|\\[dDwWsS]|\.)[*+?]?)"
    r"|(?P<blanks> \*)|\\(?P<sign>.)|(?P<letter>.)"
)


def in_words(pattern: str) -> str:
    """The texts that a pattern stands for, for readers: in quotes, with "…" for what may vary."""
    return " or ".join(f"'{_PART.sub(_shown, one).strip()}'" for one in pattern.split("|"))


def _shown(part: re.Match[str]) -> str:
    return "…" if part["any"] else part["sign"] or part["letter"] or (" " if part["blanks"] else "")
