"""The simple commands of a shell script, read without running it."""

import re
import shlex
from collections.abc import Iterator, Sequence
from functools import lru_cache

#: Words of the shell that may stand before a command.
KEYWORDS = {"if", "then", "else", "elif", "do", "while", "until", "!", "{"}
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=(.*)", re.DOTALL)
#: Commands that take assignments as their arguments.
EXPORTS = ("export", "declare", "typeset")
#: Commands that read another script.
READS = (".", "source")
#: Line number of a command, from 1, and its words.
Command = tuple[int, tuple[str, ...]]
#: What parts commands.
_ENDS = re.compile(r"[;&|()]+")
#: Characters of a line of a script, with what it goes on in; lines over which a quotation may go.
_LONGEST_LINE, _MOST_LINES = 1 << 13, 20
#: What is no beginning of a quotation: a whole one, a character behind a backslash, a comment.
_CLOSED = re.compile(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:^|(?<=\s))#[^\n]*", re.DOTALL)


@lru_cache(maxsize=32)
def commands(text: str) -> tuple[Command, ...]:
    """Line number and words of each simple command, keywords before it included, without quotes and comments.

    A quotation may take some lines. A line that is no shell (of a here-document) is left out: it assigns nothing of its
    own. So is one that nobody wrote by hand: shlex takes time by the square of a word's length.
    """
    lines = ((number, line) for number, line in _whole(list(_lines(text))) if len(line) <= _LONGEST_LINE)
    return tuple((number, words) for number, line in lines for words in _parted(line))


def _parted(line: str) -> Iterator[tuple[str, ...]]:
    words: list[str] = []
    for word in [*_words(line), ";"]:
        if not _ENDS.fullmatch(word):
            words.append(word)
        elif words:
            yield tuple(words)
            words = []


def bare(words: Sequence[str]) -> list[str]:
    """The words of a command without the keywords before it."""
    first = next((number for number, word in enumerate(words) if word not in KEYWORDS), len(words))
    return list(words[first:])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that ends with a backslash goes on in the next.

    Only a line feed ends a line: a carriage return of another system goes into the value, as in the shell.
    """
    first, parts = 1, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        first = first if parts else number
        if line.endswith("\\"):
            parts.append(line[:-1])
            continue
        yield first, " ".join([*parts, line])
        parts = []


def _whole(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Each line; one in which a quotation begins together with the lines up to its end, if that is near."""
    at = 0
    while at < len(lines):
        number, line = lines[at]
        end, whole = at + 1, line
        while _is_open(whole) and end < min(len(lines), at + _MOST_LINES) and len(whole) <= _LONGEST_LINE:
            whole = f"{whole}\n{lines[end][1]}"
            end += 1
        if _is_open(whole):
            end, whole = at + 1, line
        yield number, whole
        at = end


def _is_open(line: str) -> bool:
    return any(quote in _CLOSED.sub("", line) for quote in "\"'")


def _words(line: str) -> list[str]:
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.whitespace = " \t"
    lexer.commenters = "#"
    try:
        return list(lexer)
    except ValueError:
        return []
