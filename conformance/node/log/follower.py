"""Follows a growing log from a mark and returns new events, across rotation and truncation."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from conformance.deployment.interface import NodeAccess
from conformance.node.log.event import LogEvent, decode
from conformance.node.log.parser import LogParser
from conformance.node.log.rotation import LOG_FOLDER as LOG_FOLDER
from conformance.node.log.rotation import LOG_PATH as LOG_PATH
from conformance.node.log.rotation import rotated_files
from conformance.node.log.scan import lines_before, pieces

#: Bytes before the reading position that must be unchanged, else it is another file. Long enough to include the last
#: line's time, as each line of the file form ends with a long logger name.
_TAIL = 512


@dataclass(frozen=True)
class LogMark:
    """A place in the log: bytes and whole lines before it, and the last of these bytes, which identify the file."""

    offset: int = 0
    lines: int = 0
    tail: bytes = field(default=b"", repr=False)

    @classmethod
    def at_end(cls, access: NodeAccess, known: LogMark) -> LogMark:
        """The start of the next line in the log; a half-written line counts as the next.

        Counts lines from the mark `known` if the log still contains it. Raises OSError.
        """
        if access.read_from(LOG_PATH, known.offset - len(known.tail), len(known.tail)) != known.tail:
            known = cls()
        at, offset, lines, tail = known.offset, known.offset, known.lines, known.tail
        recent = tail
        for piece in pieces(access, LOG_PATH, at):
            if whole := piece.rfind(b"\n") + 1:
                offset, lines = at + whole, lines + piece.count(b"\n")
                tail = (recent + piece[max(0, whole - _TAIL) : whole])[-_TAIL:]
            recent = (recent + piece[-_TAIL:])[-_TAIL:]
            at += len(piece)
        return cls(offset, lines, tail)

    @classmethod
    def at(cls, access: NodeAccess, offset: int) -> LogMark:
        """The mark at `offset` bytes of the log. Raises OSError."""
        length = min(offset, _TAIL)
        tail = access.read_from(LOG_PATH, offset - length, length)
        return cls(offset, lines_before(access, LOG_PATH, offset), tail)

    def as_json(self) -> dict[str, int | str]:
        """Return the mark for an observation."""
        return {"offset": self.offset, "lines": self.lines, "tail": self.tail.hex()}

    @classmethod
    def from_json(cls, answer: dict[str, int | str]) -> LogMark:
        """The mark from an observation."""
        return cls(int(answer["offset"]), int(answer["lines"]), bytes.fromhex(str(answer["tail"])))


class LogFollower:
    """Reads what a node's log appends after a mark. `events`: all events since then, in file order."""

    def __init__(self, access: NodeAccess, after: LogMark) -> None:
        self._access = access
        self._offset = after.offset
        self._tail = after.tail
        self._carry = b""
        self._parser = LogParser(LOG_PATH, after.lines)
        self._looked_at = 0
        self.events: list[LogEvent] = []
        self.truncated = False

    def find(self, pattern: str, logger: str = "") -> LogEvent | None:
        """Read on and return the next unseen event whose first line matches the regular expression, or None."""
        self.poll()
        while self._looked_at < len(self.events):
            event = self.events[self._looked_at]
            self._looked_at += 1
            if logger in ("", event.logger, event.short_logger) and re.search(pattern, event.first):
                return event
        return None

    def poll(self) -> None:
        """Read what was appended since the last call. A log that does not exist (yet) has nothing new."""
        try:
            self._read_on()
        except FileNotFoundError:
            return  # between the two steps of a rotation, or before the first line of a start

    def describe(self) -> str:
        """Return what was seen last, for the message of a failed wait."""
        cut = "; the log was cut or replaced meanwhile, lines may be lost" if self.truncated else ""
        return (str(self.events[-1]) if self.events else "no new event in the log") + cut

    def _read_on(self) -> None:
        size = self._access.size(LOG_PATH)
        if size == self._offset:
            return
        new = self._since(LOG_PATH) if size > self._offset else None
        if new is None:
            self._finish_rotated()
            new = self._access.read_from(LOG_PATH, 0)
        self._take(new)

    def _since(self, path: str) -> bytes | None:
        """Bytes after the reading position; None if `path` is not the file that was read so far."""
        data = self._access.read_from(path, self._offset - len(self._tail))
        return data[len(self._tail) :] if data.startswith(self._tail) else None

    def _finish_rotated(self) -> None:
        """Read the rest of the rotated file, if there is one, and start with the new file."""
        for path in reversed(rotated_files(self._access)):
            rest = self._since(path)
            if rest is not None:
                self._parser.path = path
                self._take(rest)
                break
        else:
            self.truncated = self._offset > 0
        self._offset, self._tail, self._carry = 0, b"", b""
        self._parser = LogParser(LOG_PATH)

    def _take(self, data: bytes) -> None:
        self._offset += len(data)
        self._tail = (self._tail + data)[-_TAIL:]
        *lines, self._carry = (self._carry + data).split(b"\n")
        known = len(self._parser.events)
        for line in lines:
            self._parser.feed(decode(line))
        self.events.extend(self._parser.events[known:])
