"""One place of a secret value in a text, and the signs that stand around names and values there."""

from collections.abc import Iterator
from typing import NamedTuple

from conformance.text.masking import is_secret


class Place(NamedTuple):
    """From `begin` to `end` a secret stands. `certain`: by its place, not by the words around it, so it is learned.

    `whole` is the secret of which a part stands here, where it goes on in the next line.
    """

    begin: int
    end: int
    certain: bool = True
    whole: str = ""


def trimmed(text: str, begin: int, end: int, *, certain: bool = True) -> Place | None:
    """The place without blanks at its ends; None when no secret stands there."""
    value = text[begin:end]
    begin += len(value) - len(value.lstrip())
    value = value.strip()
    return Place(begin, begin + len(value), certain) if value and is_secret(value) else None


def one(text: str, begin: int, end: int, *, certain: bool = True) -> Iterator[Place]:
    """The place without blanks, if a secret stands there."""
    if (place := trimmed(text, begin, end, certain=certain)) is not None:
        yield place


def before_markup(text: str, place: Place) -> Place | None:
    """The place in a file of XML, where a value ends with the next tag or comment; None when nothing is left of it."""
    ends = [at for mark in ("<", "-->") if (at := text.find(mark, place.begin, place.end)) >= 0]
    return trimmed(text, place.begin, min(ends), certain=place.certain) if ends else place


#: As much of a value as is looked at.
LONGEST = 1 << 16
#: How a line ends: a log in the file form names its logger once more.
ENDS = r"[ \t]*(?:\{[\w.$]{1,256}\}[ \t]*)?(?:\r?\n|$)"
QUOTE = r"""\"{3}|'{3}|\\*["'`]|&(?:amp;)*(?:quot|apos|#34|#39|#x22|#x27);|%2[27]"""
SIGN = r"={1,2}>|::(?=\s)|:=|==|=|:|%3[Dd]|%3[Aa]|\\u003[dD]|&#61;|&#x3[dD];"


def line_end(text: str, at: int) -> int:
    """Where the line ends, or as much of it as is looked at."""
    found = text.find("\n", at, at + LONGEST)
    return found if found >= 0 else min(len(text), at + LONGEST)
