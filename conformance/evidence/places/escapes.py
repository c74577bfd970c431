"""Texts in which letters are escaped, or stand between NULs: `pass\\u0077ord`, `&#112;assword`, `%70assword`, UTF-16.

A parser of the product reads through them, so a search for secrets must, too.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass

_ESCAPE = re.compile(
    r"\\u00([2-7][0-9a-fA-F])|%([2-7][0-9a-fA-F])|&#[xX]0{0,4}([2-7][0-9a-fA-F]);|&#0{0,4}(\d{2,3});|\0"
)

#: Each escape holds one of them; looking for these is much cheaper.
_SIGNS = ("\\u00", "%", "&#", "\0")


@dataclass(frozen=True)
class Readable:
    """The text without escapes; `original` leads from a place in it back to the place where it is written."""

    text: str
    _begins: list[int]
    _sources: list[int]

    def original(self, at: int) -> int:
        """Where the character at `at`, or what follows the last one, stands in the text as it is written."""
        segment = bisect_right(self._begins, at) - 1
        return self._sources[segment] + at - self._begins[segment]


def readable(text: str) -> Readable | None:
    """The text as a parser reads it; None when nothing in it is escaped."""
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
    """The character that is meant, "" for a NUL; None for what is no printable character of ASCII."""
    if escape[4]:
        number = int(escape[4])
        return chr(number) if 32 <= number < 127 else None
    digits = escape[1] or escape[2] or escape[3]
    return chr(int(digits, 16)) if digits else ""
