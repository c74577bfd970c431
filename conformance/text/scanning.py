"""Pieces of a foreign text between two marks, found in one pass: a regular expression takes the square where one lacks.

`<!--.*?-->` looks from every `<!--` to the end of the text for a `-->` that is not there.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple


class Piece(NamedTuple):
    """Where a piece begins and ends, marks included, and the mark it begins with."""

    begin: int
    end: int
    mark: str


def pieces(text: str, marks: Mapping[str, str]) -> Iterator[Piece]:
    """Pieces from a mark to the one that closes it, from left to right, none inside another and none unclosed."""
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


def found_at(text: str, literal: str) -> Iterator[int]:
    """Where a literal stands in a text, from left to right; none that begins inside another."""
    at = text.find(literal)
    while at >= 0:
        yield at
        at = text.find(literal, at + len(literal))


def without(text: str, marks: Mapping[str, str], *, lines: bool = False) -> str:
    """The text without those pieces; with `lines` their line ends stay."""
    kept, at = [], 0
    for piece in pieces(text, marks):
        kept.append(text[at : piece.begin])
        if lines:
            kept.append("\n" * text.count("\n", piece.begin, piece.end))
        at = piece.end
    return "".join([*kept, text[at:]])
