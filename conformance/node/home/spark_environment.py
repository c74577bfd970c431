"""bin/load-spark-env-vars.sh: what the start script exports to the JVM (page: step 6; analytics facts 1.8)."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cached_property

from conformance.errors import EvidenceError
from conformance.located import Located, Where

LOCAL_IP = "SPARK_LOCAL_IP"
_ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)=(.*)", re.DOTALL)
#: Characters of a script, and of a line of it with what it goes on in.
_LONGEST, _LONGEST_LINE = 1 << 20, 1 << 13
_EXPORTS = ("export", "declare", "typeset")
#: What parts commands, and words of the shell that may stand before one.
_ENDS = re.compile(r"[;&|()]+")
_BEFORE = {"if", "then", "else", "elif", "do", "while", "until", "!", "{"}


class SparkEnvironment:
    """Environment of one node's Spark, as far as it can be read without running the script."""

    PATH = "bin/load-spark-env-vars.sh"

    def __init__(self, node: str, text: str) -> None:
        """`text` is the script, "" where there is none."""
        self._script = Where(node, self.PATH)
        if len(text) > _LONGEST:
            raise EvidenceError(f"{self._script}: has {len(text)} characters", "put the product's own script there")
        self._assigned: dict[str, Located] = {}
        self._exported: set[str] = set()
        for line, words in _commands(text):
            self._run(line, words)

    @cached_property
    def local_ip(self) -> Located:
        """The exported SPARK_LOCAL_IP; where it is not exported the missing value, which tells if it is assigned."""
        value = self._assigned.get(LOCAL_IP)
        if value is not None and LOCAL_IP in self._exported:
            return value
        note = f"export {LOCAL_IP} (absent)" if value is None else f"{LOCAL_IP} (assigned, but not exported)"
        line = None if value is None else value.where.line
        return Located.missing(Where(self._script.node, self._script.path, line, note))

    @property
    def computed(self) -> bool:
        """Whether only a running shell can tell SPARK_LOCAL_IP: it is made of variables or commands."""
        return bool(re.search(r"[$`*?]", self.local_ip))

    def _run(self, line: int, words: list[str]) -> None:
        exporting = bool(words) and words[0] in _EXPORTS
        for word in words:
            assignment = _ASSIGNMENT.fullmatch(word)
            if assignment:
                name, value = assignment.groups()
                where = Where(self._script.node, self._script.path, line, name)
                self._assigned[name] = Located(value, where)
            if exporting:
                self._exported.add(assignment[1] if assignment else word)
        if words and words[0] == "unset":
            for name in words[1:]:
                self._assigned.pop(name, None)


def _commands(text: str) -> Iterator[tuple[int, list[str]]]:
    """Line number and words of each simple command, without quotes and comments.

    A line that is no shell by itself (an open quote or here-document) is left out: it assigns nothing of its own. So
    is one that nobody wrote by hand: shlex takes time by the square of a word's length.
    """
    for number, line in (one for one in _lines(text) if len(one[1]) <= _LONGEST_LINE):
        words: list[str] = []
        for word in [*_words(line), ";"]:
            if not _ENDS.fullmatch(word):
                words += [] if not words and word in _BEFORE else [word]
            elif words:
                yield number, words
                words = []


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that ends with a backslash goes on in the next.

    Only a line feed ends a line: a carriage return of another system goes into the value, as in the shell.
    """
    first, begun = 1, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        first = first if begun else number
        if line.endswith("\\"):
            begun.append(line[:-1])
            continue
        yield first, " ".join([*begun, line])
        begun = []


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.whitespace = " \t"
    lexer.commenters = "#"
    try:
        return list(lexer)
    except ValueError:
        return []
