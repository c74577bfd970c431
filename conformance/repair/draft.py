"""The draft of a home's file: its new content, and the requirements behind each changed line."""

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from conformance.repair import unified
from conformance.repair.unified import Change

#: Lines of a content (from 0) that contain a secret.
Hidden = Callable[[bytes], Collection[int]]


class _Line(NamedTuple):
    """A line of the draft: its former position (None if new), and the requirements for it."""

    text: bytes
    origin: int | None
    wanted_by: frozenset[str] = frozenset()


class Replacement(NamedTuple):
    """Replace lines `begin` to `end` of the file (from 0, `end` excluded) by `lines`, for these requirements."""

    begin: int
    end: int
    lines: tuple[bytes, ...]
    wanted_by: frozenset[str]
    #: The last of these lines ends the file without a line end.
    to_the_end: bool = False

    def as_json(self) -> dict[str, Any]:
        """The hunk for the sign-off; bytes that are not UTF-8 are read as ISO-8859-1."""
        content = b"".join(self.lines)
        try:
            text = content.decode()
        except UnicodeDecodeError:
            text = content.decode("latin-1")
        return {
            "line": self.begin + 1,
            "removed": self.end - self.begin,
            "to_the_end": self.to_the_end,
            "text": text,
            "requirements": sorted(self.wanted_by),
        }


class Draft:
    """One file. It never contains a change that a patch cannot show."""

    def __init__(self, path: str, before: bytes, hidden: Hidden) -> None:
        self.path = path
        self.before = before
        self._hidden = hidden
        self._secret = hidden(before)
        self._lines = [_Line(text, number) for number, text in enumerate(unified.lines(before))]
        self._gone: dict[int, frozenset[str]] = {}

    @property
    def after(self) -> bytes:
        """The new content."""
        return b"".join(line.text for line in self._lines)

    @property
    def patch(self) -> bytes:
        """The diff, b"" without changes."""
        return self._patch(self.after)

    def take(self, after: bytes, requirements: Collection[str]) -> None:
        """Make this the new content, for these requirements. Unshowable, without a change, if a diff cannot show it.

        Lines from earlier changes stay linked to their requirements as well.
        """
        self._patch(after)
        new, wanted = unified.lines(after), frozenset(requirements)
        taken, at = [], 0
        for one in unified.changes([line.text for line in self._lines], new):
            replaced = self._lines[one.begin : one.end]
            heirs = wanted.union(*(line.wanted_by for line in replaced))
            for line in replaced:
                if line.origin is not None:
                    self._gone[line.origin] = self._gone.get(line.origin, frozenset()) | wanted
            taken += [*self._lines[at : one.begin], *(_Line(text, None, heirs) for text in new[one.first : one.last])]
            at = one.end
        self._lines = [*taken, *self._lines[at:]]

    @property
    def replacements(self) -> list[Replacement]:
        """The final differences from the file, in order."""
        old, new = unified.lines(self.before), [line.text for line in self._lines]
        return [self._replacement(one) for one in unified.changes(old, new)]

    def _replacement(self, one: Change) -> Replacement:
        there = self._lines[one.first : one.last]
        gone = (self._gone.get(at, frozenset()) for at in range(one.begin, one.end))
        wanted = frozenset[str]().union(*(line.wanted_by for line in there), *gone)
        unended = one.end > one.begin and not unified.lines(self.before)[one.end - 1].endswith(b"\n")
        return Replacement(one.begin, one.end, tuple(line.text for line in there), wanted, unended)

    def _patch(self, after: bytes) -> bytes:
        return unified.patch(self.path, self.before, after, self._secret, self._hidden)
