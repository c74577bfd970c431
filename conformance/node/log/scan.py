"""Finds lines in a log of any size; only one piece and one line are in memory at a time."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from conformance.node.log.event import START_MESSAGE, decode, event_of, is_start
from conformance.node.log.head import BAD

#: Bytes per read: few enough for memory, enough for a remote node, where each read is a command.
PIECE = 4 << 20
#: Bytes kept of a line that spans pieces: time, level and logger come long before this.
_LONGEST = 1 << 16
#: Without the brace that follows: Python finds up to five bytes four times as fast as more.
_TROUBLE = tuple(level.encode() for level in BAD)


class Files(Protocol):
    """Files that can be read in parts: a node's own or their plain text. Methods raise OSError."""

    def size(self, path: str) -> int:
        """Size in bytes."""

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """Content from a byte offset; at most `length` bytes unless that is negative."""


class FoundLine(NamedTuple):
    """A line of a file: its offset in bytes and its text without the line feed."""

    offset: int
    text: str


def pieces(access: Files, path: str, begin: int = 0) -> Iterator[bytes]:
    """The file from a byte offset, in pieces. Raises OSError."""
    while piece := access.read_from(path, begin, PIECE):
        yield piece
        begin += len(piece)


def lines_with(needles: tuple[bytes, ...], parts: Iterable[bytes]) -> Iterator[FoundLine]:
    """Whole lines that contain one of `needles`, from a file in parts, in order; without an unfinished last line."""
    at = begun = 0
    rest = b""
    for part in parts:
        first, last = part.find(b"\n"), part.rfind(b"\n")
        if first < 0:
            rest = (rest + part)[:_LONGEST]
        else:
            line = rest + part[:first]
            if any(needle in line for needle in needles):
                yield _found(begun, line)
            for begin, end in _within(needles, part, first + 1, last + 1):
                yield _found(at + begin, part[begin:end])
            rest, begun = part[last + 1 :][:_LONGEST], at + last + 1
        at += len(part)


def starts_in(access: Files, path: str) -> list[FoundLine]:
    """First lines of the server's starts in a log, without prefixes. Raises OSError."""
    lines = lines_with((START_MESSAGE.encode(),), pieces(access, path))
    events = ((one, event_of(one.text, path, 0)) for one in lines)
    return [FoundLine(one.offset, event.head) for one, event in events if event and is_start(event)]


def troubles_in(access: Files, path: str) -> Iterator[FoundLine]:
    """First lines of ERROR and FATAL events in a log. Raises OSError."""
    lines = lines_with(_TROUBLE, pieces(access, path))
    return (one for one in lines if (event := event_of(one.text, path, 0)) and event.level in BAD)


def lines_before(access: Files, path: str, offset: int) -> int:
    """Number of lines before a byte offset. Raises OSError."""
    lines = at = 0
    for piece in pieces(access, path):
        lines += piece.count(b"\n", 0, max(0, offset - at))
        at += len(piece)
        if at >= offset:
            break
    return lines


def begin_within(access: Files, path: str, room: int) -> int | None:
    """Where to begin to read at most `room` bytes: 0, the oldest start that fits, or None. OSError if unreadable."""
    size = access.size(path)
    if size <= room:
        return 0
    return next((start.offset for start in starts_in(access, path) if size - start.offset <= room), None)


def _found(offset: int, line: bytes) -> FoundLine:
    return FoundLine(offset, decode(line).removesuffix("\r"))


def _within(needles: tuple[bytes, ...], part: bytes, begin: int, end: int) -> list[tuple[int, int]]:
    """Begin and end of lines with a needle among the whole lines from `begin` to `end`; a line feed comes before."""
    found: dict[int, int] = {}
    for needle in needles:
        at = part.find(needle, begin, end)
        while at >= 0:
            head, tail = part.rfind(b"\n", 0, at) + 1, part.find(b"\n", at, end)
            found[head] = tail
            at = part.find(needle, tail, end)
    return sorted(found.items())
