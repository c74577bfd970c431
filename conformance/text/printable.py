"""Texts for messages: foreign text with control and invisible characters escaped, and several values as "a, b"."""

import re
from collections.abc import Iterable, Sequence

#: Control characters except line feed and tab; characters without width, that change direction or separate lines; lone
#: surrogates, which a terminal cannot encode.
_OBEYED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\ue000-\uf8ff\U000e0000-\U000e0fff\U000f0000-\U0010ffff]"
)


def printable(text: str) -> str:
    """The text with such characters as Python escapes; line feeds and tabs are kept."""
    return _OBEYED.sub(_escape, text)


def one_line(text: str) -> str:
    """Like `printable`, on one line."""
    return printable(text).replace("\n", "\\n").replace("\t", " ")


def cut(text: str, length: int) -> str:
    """Return the text, cut to so many characters and marked if it is longer."""
    return text if len(text) <= length else f"{text[:length]} …"


def _escape(found: re.Match[str]) -> str:
    number = ord(found[0])
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"


def listed(values: Iterable[object]) -> str:
    """Comma-separated values in order, texts quoted; "none" if empty."""
    return ", ".join(repr(one) if isinstance(one, str) else str(one) for one in values) or "none"


def rows(several: Iterable[Iterable[object]]) -> str:
    """Rows of a table, separated by semicolons."""
    return "; ".join(listed(one) for one in several) or "none"


def some(names: Sequence[str], most: int) -> str:
    """The first `most` names and the number of the others: "a, b and 3 more"."""
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def counted(number: int, noun: str) -> str:
    """A number with its noun: "1 failure", "2 failures"."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
