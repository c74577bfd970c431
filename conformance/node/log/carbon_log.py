"""The Carbon log of a node: reads it, marks places in it, and waits for lines."""

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

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

#: Seconds between two looks at a log while waiting; longer for another host, where each look takes time itself.
POLL, REMOTE_POLL = 0.01, 0.02
#: How many bytes of a last line are read.
_LAST_LINE = 1 << 14


class Sighting(NamedTuple):
    """An awaited event, and when the suite saw it (monotonic seconds)."""

    event: LogEvent
    at_monotonic: float


class NodeLog:
    """repository/logs/wso2carbon.log of one node; a restarted node appends to the same file."""

    def __init__(self, access: NodeAccess, witness: Witness, clock: Clock = SYSTEM) -> None:
        self._access = access
        self._witness = witness
        self._clock = clock
        self._parts = LogParts(access, witness)
        self._taken: LogSection | None = None
        self._judged: tuple[LogReading, LogSection] | None = None
        self._checked: LogReading | None = None
        self._assumed = NodeClock()
        self._end_known = LogMark()

    @property
    def node(self) -> str:
        """Name of the node."""
        return self._access.name

    @property
    def clock(self) -> NodeClock:
        """The clock and zone of the log's times. EvidenceError if the node's host does not report them."""
        return node_clock(self._access, self._witness, self._clock)

    @property
    def assumed_clock(self) -> NodeClock:
        """The node's clock; if unknown, as for logs handed in as files, the clock from `assume_clock`, or UTC."""
        try:
            return self.clock
        except ConformanceError:
            return self._assumed

    def assume_clock(self, clock: NodeClock) -> None:
        """Use this clock if the node's own is unknown."""
        self._assumed = clock

    def wall(self, seen: Sighting) -> float:
        """Epoch seconds (of this machine) of the awaited line; inside an observation. EvidenceError if later."""
        clock = self.clock
        at = clock.wall(seen.event.at)
        saw = self._clock.wall() - (self._clock.monotonic() - seen.at_monotonic)
        if at > saw + clock.uncertainty + DRIFT:
            raise EvidenceError(
                f"{self.node} {seen.event}: logged {at - saw:.1f} s after it was read (clock: {clock})", REMEDY
            )
        return at

    def note_start(self) -> LogMark:
        """Record the newest start in the log, once per run and before any fault, for the requirements of a start."""
        return LogMark.from_json(self._noted_start()["mark"])

    def deployment_start(self) -> LogSection:
        """The start recorded by `note_start`, as the log has it when first asked for; the same for the whole run.

        EvidenceError if the log is missing, empty, not a Carbon log, mixes two nodes, or lacks that start.
        """
        if self._taken:
            reading = self._parts.whole()
            if self._judged is None or self._judged[0] is not reading:
                whole = reading.start_at(self._taken.head)
                # Always the same object, so that it is searched only once.
                self._judged = reading, whole.begin(len(self._taken))
            return self._judged[1]
        head = str(self._noted_start()["head"])
        reading = self._of_one_node(self._parts.back_to_start("start log", fresh=False))
        return reading.start_at(head) if head else reading.last_start

    def starts(self) -> list[LogSection]:
        """Every start in all parts of the log, oldest first, up to parts.LIMIT. EvidenceError if one is unreadable."""
        return self._of_one_node(self._parts.whole()).starts

    def _of_one_node(self, reading: LogReading) -> LogReading:
        """Return the reading after a check that it is of one node; each reading is checked only once."""
        if reading is not self._checked:
            self._checked = of_one_node(reading)
        return reading

    def take_start(self, start: LogSection) -> None:
        """Make `deployment_start` one of `starts`, or the beginning of one: the newest may be only a restart."""
        self._taken, self._judged = start, None

    def ends_whole(self) -> bool:
        """Whether the log ends with a whole line; gives a line that is being written a moment to finish."""

        def answer() -> bool:
            with suppress(NotSeen):
                wait_for("end of a log line", self._ends_whole, deadlines.LOG_LINE_WHOLE, clock=self._clock)
                return True
            return False

        return bool(self._witness.ask(self.node, "log ends with a whole line", answer))

    def now(self) -> LogReading:
        """A fresh reading. EvidenceError if the log is missing, empty or not a Carbon log."""
        return self._parts.back_to_start("log", fresh=True)

    def mark(self) -> LogMark:
        """The current end of the log; later lines come after it. Offset 0 if the log does not exist yet."""
        answer = self._witness.ask(self.node, "end of the log", lambda: self._end().as_json(), fresh=True)
        return LogMark.from_json(answer)

    def wait_for(self, pattern: str, *, after: LogMark, deadline: Deadline, logger: str = "") -> Sighting:
        """The first event after the mark whose first line matches the regular expression `pattern`.

        `logger`: only this logger, by full name or its last part. Polls every 10 ms. At the deadline raises NotSeen
        with the last event of the log.
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
        """First line of the newest start, and the mark where it begins (0 if it is in a rotated file).

        Errors in the log are not reported here, but by requirements that read it.
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
        # The file is empty just after it was rotated.
        if end[-1:] in (b"", b"\n"):
            return True
        last = plain_event(decode(end).rpartition("\n")[2], LOG_PATH, 0)
        return last is not None and last.closed

    def _end(self) -> LogMark:
        with suppress(FileNotFoundError):
            self._end_known = LogMark.at_end(self._access, self._end_known)
            return self._end_known
        return LogMark()


#: Parts of an expression: those that match no letter, any letter, an escaped sign, or a letter.
_PART = re.compile(
    r"\(\?[^)]*\)|\\[bBAZ]|[\^$()]"
    r"|(?P<any>(?:\[(?:\\.|[^\]\\])*\]|\\[dDwWsS]|\.)[*+?]?)"
    r"|(?P<blanks> \*)|\\(?P<sign>.)|(?P<letter>.)"
)


def in_words(pattern: str) -> str:
    """The texts that match a pattern, for readers: quoted, with "…" for variable parts."""
    return " or ".join(f"'{_PART.sub(_shown, one).strip()}'" for one in pattern.split("|"))


def _shown(part: re.Match[str]) -> str:
    return "…" if part["any"] else part["sign"] or part["letter"] or (" " if part["blanks"] else "")
