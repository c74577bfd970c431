"""Texts with escaped letters, or with NULs between them: `pass\\u0077ord`, `&#112;assword`, `%70assword`, UTF-16.

The product's parsers decode them, so the search for secrets must too.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

from conformance.text.late_pattern import late

_ESCAPE = late(r"\\u00([2-7][0-9a-fA-F])|%([2-7][0-9a-fA-F])|&#[xX]0{0,4}([2-7][0-9a-fA-F]);|&#0{0,4}(\d{2,3});|\0")

#: Every escape contains one of these; searching for them first is much cheaper.
_SIGNS = ("\\u00", "%", "&#", "\0")


@dataclass(frozen=True)
class Readable:
    """The text without escapes; `original` maps a position in it to the position in the written text."""

    text: str
    _begins: list[int]
    _sources: list[int]

    def original(self, at: int) -> int:
        """The written position of the character at `at`, or of the end of the text."""
        segment = bisect_right(self._begins, at) - 1
        return self._sources[segment] + at - self._begins[segment]


def readable(text: str) -> Readable | None:
    """The text as a parser reads it; None if nothing in it is escaped."""
    if not any(sign in text for sign in _SIGNS):
        return None
    parts: list[str] = []
    begins, sources = [0], [0]
    length = at = 0
    for escape in _ESCAPE.finditer(text):
        character = _character(escape)
        if character is None:
            continue
        parts += [text[at : escape.start()], character]
        length += escape.start() - at
        at = escape.end()
        if character:
            begins.append(length)
            sources.append(escape.start())
            length += 1
        begins.append(length)
        sources.append(at)
    return Readable("".join([*parts, text[at:]]), begins, sources) if parts else None


def _character(escape: re.Match[str]) -> str | None:
    """The escaped character, "" for a NUL; None unless it is printable ASCII."""
    if escape[4]:
        number = int(escape[4])
        return chr(number) if 32 <= number < 127 else None
    digits = escape[1] or escape[2] or escape[3]
    return chr(int(digits, 16)) if digits else ""
