"""Applies a patch strictly: every line that it shows must stand where it says."""

import re
from collections.abc import Iterator, Mapping

_HUNK = re.compile(rb"@@ -(\d+),(\d+) \+(\d+),(\d+) @@")
_NO_END = b"\\ No newline at end of file"


def applied(patch: bytes, files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files with the patch applied. AssertionError where it does not fit."""
    found = dict(files)
    for part in re.split(rb"^diff --git .*\n", patch, flags=re.MULTILINE)[1:]:
        head, *body = part.split(b"\n")
        assert body[0].startswith(b"+++ b/")
        path = head.removeprefix(b"--- a/").decode()
        found[path] = _applied(body[1:], files[path])
    return found


def _applied(rows: list[bytes], content: bytes) -> bytes:
    old = _lines(content)
    new: list[bytes] = []
    at = 0
    for (begin, length, _, more), hunk in _hunks(rows):
        first = begin - 1 if length else begin
        new += old[at:first]
        kept = [row[1:] for row in hunk if row[:1] in b" -"]
        shown = [row[1:] for row in hunk if row[:1] in b" +"]
        assert old[first : first + len(kept)] == kept, f"line {first + 1} does not fit"
        assert (len(kept), len(shown)) == (length, more)
        new += shown
        at = first + len(kept)
    return b"".join([*new, *old[at:]])


def _lines(content: bytes) -> list[bytes]:
    parted = content.split(b"\n")
    return [*(line + b"\n" for line in parted[:-1]), *filter(None, parted[-1:])]


def _hunks(rows: list[bytes]) -> Iterator[tuple[tuple[int, ...], list[bytes]]]:
    place: tuple[int, ...] = ()
    hunk: list[bytes] = []
    for row in rows:
        if match := _HUNK.fullmatch(row):
            if place:
                yield place, hunk
            place, hunk = tuple(map(int, match.groups())), []
        elif row == _NO_END:
            hunk[-1] = hunk[-1].removesuffix(b"\n")
        elif row:
            hunk.append(row + b"\n")
    yield place, hunk
