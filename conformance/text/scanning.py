"""Finds pieces of a foreign text between two marks in one pass, where a regular expression may take quadratic time.

`<!--.*?-->` searches from every `<!--` to the end of the text if there is no `-->`.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import AnyStr, NamedTuple


class Piece(NamedTuple):
    """Begin and end of a piece, including its marks, and its first mark."""

    begin: int
    end: int
    mark: str


def pieces(text: str, marks: Mapping[str, str]) -> Iterator[Piece]:
    """Pieces from a mark to its closing mark, from left to right, not nested, only closed ones."""
    last = {mark: text.rfind(close) for mark, close in marks.items()}
    following = {mark: text.find(mark) for mark in marks}
    at = 0
    while True:
        for mark, found in following.items():
            if 0 <= found < at:
                following[mark] = text.find(mark, at)
        begins = [(found, mark) for mark, found in following.items() if found >= 0 and found + len(mark) <= last[mark]]
        if not begins:
            return
        begin, mark = min(begins)
        close = marks[mark]
        at = text.find(close, begin + len(mark)) + len(close)
        yield Piece(begin, at, mark)


def found_at(text: AnyStr, literal: AnyStr) -> Iterable[int]:
    """Positions of a literal in a text, from left to right, not overlapping."""
    # Most texts do not hold it, and a generator would take the longest to say so.
    return _found_from(text.find(literal), text, literal) if literal in text else ()


def _found_from(at: int, text: AnyStr, literal: AnyStr) -> Iterator[int]:
    while at >= 0:
        yield at
        at = text.find(literal, at + len(literal))


def without(text: str, marks: Mapping[str, str], *, lines: bool = False) -> str:
    """The text without those pieces; with `lines` their line feeds are kept."""
    kept, at = [], 0
    for piece in pieces(text, marks):
        kept.append(text[at : piece.begin])
        if lines:
            kept.append("\n" * text.count("\n", piece.begin, piece.end))
        at = piece.end
    return "".join([*kept, text[at:]])
