"""The place of one secret in a text, and the signs that surround names and values."""

from collections.abc import Iterator
from typing import NamedTuple

from conformance.text.masking import is_secret


class Place(NamedTuple):
    """A secret from `begin` to `end`. `certain`: known by its structure, not by words around it, so it is learned.

    If it continues on the next line, `whole` is the whole secret, of which this is a part.
    """

    begin: int
    end: int
    certain: bool = True
    whole: str = ""


def trimmed(text: str, begin: int, end: int, *, certain: bool = True) -> Place | None:
    """The place without blanks at its ends; None if there is no secret."""
    value = text[begin:end]
    begin += len(value) - len(value.lstrip())
    value = value.strip()
    return Place(begin, begin + len(value), certain) if value and is_secret(value) else None


def one(text: str, begin: int, end: int, *, certain: bool = True) -> Iterator[Place]:
    """The place without blanks, if there is a secret."""
    if (place := trimmed(text, begin, end, certain=certain)) is not None:
        yield place


def before_markup(text: str, place: Place) -> Place | None:
    """The place in an XML file, where a value ends at the next tag or comment; None if nothing is left."""
    ends = [at for mark in ("<", "-->") if (at := text.find(mark, place.begin, place.end)) >= 0]
    return trimmed(text, place.begin, min(ends), certain=place.certain) if ends else place


#: Maximum length of a value.
LONGEST = 1 << 16
#: The end of a line; a log in file form repeats its logger there.
ENDS = r"[ \t]*(?:\{[\w.$]{1,256}\}[ \t]*)?(?:\r?\n|$)"
QUOTE = r"""\"{3}|'{3}|\\*["'`]|&(?:amp;)*(?:quot|apos|#34|#39|#x22|#x27);|%2[27]"""
SIGN = r"={1,2}>|::(?=\s)|:=|==|=|:|%3[Dd]|%3[Aa]|\\u003[dD]|&#61;|&#x3[dD];"


def line_end(text: str, at: int) -> int:
    """Where the line ends, within the maximum length."""
    found = text.find("\n", at, at + LONGEST)
    return found if found >= 0 else min(len(text), at + LONGEST)
