"""Unified diffs that do not show forbidden lines and that both `patch -p1` and `git apply` accept."""

import difflib
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

#: Context lines around a change, if none is forbidden.
_CONTEXT = 3
#: Whether new lines must not be shown.
IsSecret = Callable[[bytes], object]
_NO_END = b"\n\\ No newline at end of file\n"


class Unshowable(Exception):
    """A change cannot be shown, because a line with a secret is part of it or its only context."""


class Change(NamedTuple):
    """Lines `begin` to `end` of a file become lines `first` to `last` of the new file; from 0, ends excluded."""

    begin: int
    end: int
    first: int
    last: int


class _Hunk(NamedTuple):
    """Changes with the old file's context lines."""

    begin: int
    end: int
    changes: tuple[Change, ...]


def lines(content: bytes) -> list[bytes]:
    """Lines with their line ends; the last may have none."""
    parted = content.split(b"\n")
    return [*(line + b"\n" for line in parted[:-1]), *([parted[-1]] if parted[-1] else [])]


def changes(before: Sequence[bytes], after: Sequence[bytes]) -> list[Change]:
    """The differences, in order."""
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    return [Change(*places) for kind, *places in matcher.get_opcodes() if kind != "equal"]


def patch(
    path: str, before: bytes, after: bytes, hidden: Collection[int] = (), secret: IsSecret = lambda _: False
) -> bytes:
    """The diff of one file without the old lines `hidden` (from 0) and without new lines that are `secret`.

    Unshowable if that is impossible.
    """
    old, new = lines(before), lines(after)
    body = b"".join(_shown(hunk, old, new) for hunk in _hunks(old, new, hidden, secret))
    name = path.encode()
    return b"diff --git a/%s b/%s\n--- a/%s\n+++ b/%s\n%s" % (name, name, name, name, body) if body else b""


def _hunks(old: list[bytes], new: list[bytes], hidden: Collection[int], secret: IsSecret) -> Iterator[_Hunk]:
    found = changes(old, new)
    for one in found:
        if any(at in hidden for at in range(one.begin, one.end)) or secret(b"".join(new[one.first : one.last])):
            raise Unshowable
    together: list[list[Change]] = []
    for one in found:
        gap = range(together[-1][-1].end, one.begin) if together else range(0)
        if together and len(gap) <= 2 * _CONTEXT and not any(at in hidden for at in gap):
            together[-1].append(one)
        else:
            together.append([one])
    for group in together:
        yield _hunk(group, len(old), hidden)


def _hunk(group: list[Change], length: int, hidden: Collection[int]) -> _Hunk:
    begin, end = group[0].begin, group[-1].end
    while begin > max(0, group[0].begin - _CONTEXT) and begin - 1 not in hidden:
        begin -= 1
    while end < min(length, group[-1].end + _CONTEXT) and end not in hidden:
        end += 1
    if end == group[-1].end < length:
        # Without a context line after it, `git apply` places a hunk at the end of the file.
        raise Unshowable
    if end < length:
        # With less context after than before it, `patch` places it at the end of the file.
        begin = max(begin, group[0].begin - (end - group[-1].end))
    return _Hunk(begin, end, tuple(group))


def _shown(hunk: _Hunk, old: list[bytes], new: list[bytes]) -> bytes:
    shift = hunk.changes[0].first - hunk.changes[0].begin
    rows: list[bytes] = []
    at = hunk.begin
    for one in hunk.changes:
        rows += [b" " + line for line in old[at : one.begin]]
        rows += [b"-" + line for line in old[one.begin : one.end]]
        rows += [b"+" + line for line in new[one.first : one.last]]
        at = one.end
    rows += [b" " + line for line in old[at : hunk.end]]
    count = hunk.end - hunk.begin + sum(one.last - one.first - (one.end - one.begin) for one in hunk.changes)
    head = f"@@ -{_range(hunk.begin, hunk.end - hunk.begin)} +{_range(hunk.begin + shift, count)} @@\n"
    return head.encode() + b"".join(row if row.endswith(b"\n") else row + _NO_END for row in rows)


def _range(begin: int, count: int) -> str:
    """Return a range; an empty range is named by the line before it."""
    return f"{begin + 1 if count else begin},{count}"
