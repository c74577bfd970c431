"""Splits a MySQL script into statements like the mysql client: comments, quotes, DELIMITER."""

import re
from dataclasses import dataclass

from conformance.errors import ConformanceError

_DELIMITER = re.compile(r"[ \t]*delimiter[ \t]+(\S{1,64})[^\n]*(\n|$)", re.IGNORECASE)
_LINE_COMMENT = re.compile(r"(#|--(?=\s|$))[^\n]*")
_BLOCK_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
#: A quoted piece. A backslash escapes the next character, except in backticks; a doubled quote is two pieces.
_QUOTED = re.compile(r"'(?:\\.|[^'\\])*'|\"(?:\\.|[^\"\\])*\"|`[^`]*`", re.DOTALL)


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
    return _Splitter(script, source).run()


class _Splitter:
    def __init__(self, script: str, source: str) -> None:
        self._script = script
        self._source = source
        self._at = 0
        self._delimiter = ";"
        self._pieces: list[str] = []
        self._begin: int | None = None
        self._found: list[Statement] = []
        self._counted = (0, 1)

    def run(self) -> list[Statement]:
        while self._at < len(self._script):
            if not (self._delimiter_command() or self._end() or self._comment() or self._quoted()):
                self._take(self._script[self._at])
        self._finish()
        return self._found

    def _delimiter_command(self) -> bool:
        at_line_start = self._at == 0 or self._script[self._at - 1] == "\n"
        command = _DELIMITER.match(self._script, self._at) if at_line_start and self._begin is None else None
        if command is None:
            return False
        self._delimiter = command.group(1)
        self._at = command.end()
        return True

    def _end(self) -> bool:
        if not self._script.startswith(self._delimiter, self._at):
            return False
        self._finish()
        self._at += len(self._delimiter)
        return True

    def _comment(self) -> bool:
        line = _LINE_COMMENT.match(self._script, self._at)
        if line:
            self._at = line.end()
            return True
        if not self._script.startswith("/*", self._at):
            return False
        block = _BLOCK_COMMENT.match(self._script, self._at)
        if block is None:
            raise self._unclosed("comment")
        if self._script.startswith(("/*!", "/*+"), self._at):
            self._take(block.group())
        else:
            # A comment separates words, as in MySQL.
            self._pieces.append(" ")
            self._at = block.end()
        return True

    def _quoted(self) -> bool:
        if self._script[self._at] not in "'\"`":
            return False
        quoted = _QUOTED.match(self._script, self._at)
        if quoted is None:
            raise self._unclosed("quote")
        self._take(quoted.group())
        return True

    def _take(self, text: str) -> None:
        if self._begin is None and not text.isspace():
            self._begin = self._at
        self._pieces.append(text)
        self._at += len(text)

    def _finish(self) -> None:
        if self._begin is not None:
            self._found.append(Statement("".join(self._pieces).strip(), self._line(self._begin)))
        self._pieces = []
        self._begin = None

    def _line(self, at: int) -> int:
        before, line = self._counted
        self._counted = at, line + self._script.count("\n", before, at)
        return self._counted[1]

    def _unclosed(self, what: str) -> ConformanceError:
        return ConformanceError(f"{self._source}:{self._line(self._at)}: {what} is not closed", "correct the script")
