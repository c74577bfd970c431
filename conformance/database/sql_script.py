"""Splits a MySQL script into statements like the mysql client: comments, quotes, DELIMITER."""

import re
from dataclasses import dataclass

from conformance.errors import ConformanceError

#: A piece of a script, the first kind that fits; an opening quote or comment without its end fits `open`.
#: In quotes a backslash escapes the next character, except in backticks; a doubled quote is two pieces.
_PIECE = re.compile(
    r"""(?P<comment>(?:\#|--(?=\s|$))[^\n]*)
    |(?P<kept>/\*[!+].*?\*/)
    |(?P<block>/\*.*?\*/)
    |(?P<quoted>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"|`[^`]*`)
    |(?P<open>/\*|['"`])
    |(?P<plain>.)""",
    re.DOTALL | re.VERBOSE,
)
_DELIMITER = re.compile(r"[ \t]*delimiter[ \t]+(\S{1,64})[^\n]*(\n|$)", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """One statement without its delimiter, and its first line in the script (from 1)."""

    text: str
    line: int


def split(script: str, source: str) -> list[Statement]:
    """The statements of a script.

    Comments are removed, except those that MySQL executes (`/*! ... */`) and hints (`/*+ ... */`). ConformanceError
    names `source` and the line of an unclosed quote or comment.
    """
    found: list[Statement] = []
    pieces: list[str] = []
    delimiter, at, line, begin = ";", 0, 1, 0
    while at < len(script):
        command = None if begin or (at and script[at - 1] != "\n") else _DELIMITER.match(script, at)
        piece = command or _PIECE.match(script, at)
        assert piece, "any character is a piece"
        text, kind = piece[0], piece.lastgroup
        if command:
            delimiter = command[1]
        elif script.startswith(delimiter, at):
            found += [Statement("".join(pieces).strip(), begin)] if begin else []
            pieces, begin, text = [], 0, delimiter
        elif kind == "open":
            what = "comment" if text == "/*" else "quote"
            raise ConformanceError(f"{source}:{line}: {what} is not closed", "correct the script")
        elif kind == "block":
            # It separates words, as in MySQL.
            pieces.append(" ")
        elif kind != "comment":
            begin = begin or (line if not text.isspace() else 0)
            pieces.append(text)
        line += text.count("\n")
        at += len(text)
    return [*found, Statement("".join(pieces).strip(), begin)] if begin else found
