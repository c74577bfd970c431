"""Finds lines in a log of any size: piece by piece, with no more of it in memory than a piece and a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from conformance.node.log.event import decode, event_of
from conformance.node.log.reading import START_MESSAGE, is_start

if TYPE_CHECKING:
    from conformance.target.deployment import NodeAccess

#: Bytes read at a time: few enough for memory, enough for a node where each reading is a command on another host.
PIECE = 4 << 20
#: Of a line that goes on over pieces, bytes that are kept: an event's time, level and logger stand long before.
_LONGEST = 1 << 16
#: Without the brace that follows them: the interpreter finds up to five bytes four times as fast as more.
_TROUBLE = (b"ERROR", b"FATAL")


class FoundLine(NamedTuple):
    """A line of a file: where it begins (bytes), and what it says, without its line feed."""

    offset: int
    text: str


def pieces(access: NodeAccess, path: str, begin: int = 0) -> Iterator[bytes]:
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


def starts_in(access: NodeAccess, path: str) -> list[FoundLine]:
    """First lines of the server's starts in a log. Raises OSError."""
    lines = lines_with((START_MESSAGE.encode(),), pieces(access, path))
    return [one for one in lines if (event := event_of(one.text, path, 0)) and is_start(event)]


def troubles_in(access: NodeAccess, path: str) -> Iterator[FoundLine]:
    """First lines of the events of level ERROR or FATAL in a log. Raises OSError."""
    lines = lines_with(_TROUBLE, pieces(access, path))
    return (one for one in lines if (event := event_of(one.text, path, 0)) and event.level in ("ERROR", "FATAL"))


def lines_before(access: NodeAccess, path: str, offset: int) -> int:
    """Number of lines that end before a byte offset. Raises OSError."""
    lines = at = 0
    for piece in pieces(access, path):
        lines += piece.count(b"\n", 0, max(0, offset - at))
        at += len(piece)
        if at >= offset:
            break
    return lines


def begin_within(access: NodeAccess, path: str, room: int) -> int | None:
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
