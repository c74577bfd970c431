"""Secrets in SQL apart from their column names: `INSERT INTO t (name, password) VALUES ('admin', 'X')`."""

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, one
from conformance.text.late_pattern import late
from conformance.text.scanning import found_at
from conformance.text.secret_names import names_a_secret

#: Maximum number of characters of a statement, and of its rows.
_LONGEST, _MOST_ROWS = 8192, 256
_INTO = late(r"into\s+[^\s(]{1,256}\s*\(([^()]{1,4096})\)\s*values?\s*", re.IGNORECASE)
_ROW = late(r"\(((?:[^()'\"]|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\([^()]*\))*)\)\s*,?\s*")
_PART = late(r"(?:[^,'\"(]|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|\([^()]*\))+|,")
_TEXT = late(r"\s*[A-Za-z0-9_]*\(?\s*(['\"])(.*)\1\s*\)?\s*", re.DOTALL)


def find(text: str, lower: str) -> Iterator[Place]:
    """Values of columns whose names mark them as secrets."""
    for at in found_at(lower, "into "):
        if statement := _INTO.match(text, at, at + _LONGEST):
            columns = [names_a_secret(one.strip(' \t\r\n`"[]')) for one in statement[1].split(",")]
            if any(columns):
                yield from _rows(text, statement.end(), columns)


def _rows(text: str, at: int, columns: list[bool]) -> Iterator[Place]:
    for _ in range(_MOST_ROWS):
        row = _ROW.match(text, at, at + _LONGEST)
        if row is None:
            return
        at, column = row.end(), 0
        for part in _PART.finditer(text, *row.span(1)):
            if part[0] == ",":
                column += 1
            elif column < len(columns) and columns[column] and (value := _TEXT.fullmatch(part[0])):
                begin = part.start() + value.start(2)
                yield from one(text, begin, begin + len(value[2]))
