"""Finds lines in a log of any size: piece by piece, with no more of it in memory than a piece and a line."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple, Protocol

from conformance.node.log.event import START_MESSAGE, decode, event_of, is_start
from conformance.node.log.head import BAD

#: Bytes read at a time: few enough for memory, enough for a node where each reading is a command on another host.
PIECE = 4 << 20
#: Of a line that goes on over pieces, bytes that are kept: an event's time, level and logger stand long before.
_LONGEST = 1 << 16
#: Without the brace that follows them: the interpreter finds up to five bytes four times as fast as more.
_TROUBLE = tuple(level.encode() for level in BAD)


class Files(Protocol):
    """Files of which a part is read: a node's own, or these as plain text. Methods raise OSError."""

    def size(self, path: str) -> int:
        """Size in bytes."""

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """Content from a byte offset on, at most `length` bytes if that is not negative."""


class FoundLine(NamedTuple):
    """A line of a file: where it begins (bytes), and what it says, without its line feed."""

    offset: int
    text: str


def pieces(access: Files, path: str, begin: int = 0) -> Iterator[bytes]:
    """A file from a byte offset on. Raises OSError."""
    while piece := access.read_from(path, begin, PIECE):
        yield piece
        begin += len(piece)


def lines_with(needles: tuple[bytes, ...], parts: Iterable[bytes]) -> Iterator[FoundLine]:
    """Whole lines that hold one of `needles`, of a file given in parts, in order; an unfinished last line is none."""
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
    """First lines of the server's starts in a log, as the node wrote them. Raises OSError."""
    lines = lines_with((START_MESSAGE.encode(),), pieces(access, path))
    events = ((one, event_of(one.text, path, 0)) for one in lines)
    return [FoundLine(one.offset, event.head) for one, event in events if event and is_start(event)]


def troubles_in(access: Files, path: str) -> Iterator[FoundLine]:
    """First lines of the events of level ERROR or FATAL in a log. Raises OSError."""
    lines = lines_with(_TROUBLE, pieces(access, path))
    return (one for one in lines if (event := event_of(one.text, path, 0)) and event.level in BAD)


def lines_before(access: Files, path: str, offset: int) -> int:
    """Number of lines that end before a byte offset. Raises OSError."""
    lines = at = 0
    for piece in pieces(access, path):
        lines += piece.count(b"\n", 0, max(0, offset - at))
        at += len(piece)
        if at >= offset:
            break
    return lines


def begin_within(access: Files, path: str, room: int) -> int | None:
    """Where to begin to read no more than `room` bytes: 0, or the oldest start from which the rest of the log fits.

    None when not even the newest start does. Raises OSError.
    """
    size = access.size(path)
    if size <= room:
        return 0
    return next((start.offset for start in starts_in(access, path) if size - start.offset <= room), None)


def _found(offset: int, line: bytes) -> FoundLine:
    return FoundLine(offset, decode(line).removesuffix("\r"))


def _within(needles: tuple[bytes, ...], part: bytes, begin: int, end: int) -> list[tuple[int, int]]:
    """Where lines with a needle begin and end, among the whole lines from `begin` to `end`; a line feed is before."""
    found: dict[int, int] = {}
    for needle in needles:
        at = part.find(needle, begin, end)
        while at >= 0:
            head, tail = part.rfind(b"\n", 0, at) + 1, part.find(b"\n", at, end)
            found[head] = tail
            at = part.find(needle, tail, end)
    return sorted(found.items())
