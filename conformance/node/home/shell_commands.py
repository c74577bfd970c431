"""Reads the simple commands of a shell script without running it."""

import re
import shlex
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

#: Operators that link a command to the previous one; brackets make the previous word the name of a function.
LINKS = ("&&", "||", "()")
#: Shell words that may precede a command.
KEYWORDS = {"if", "then", "else", "elif", "do", "while", "until", "!", "{"}
ASSIGNMENT = re.compile(r"([A-Za-z_]\w*)\+?=(.*)", re.DOTALL)
#: A variable and its default value.
VARIABLE = re.compile(r"\$(?:(\w+|[@*])|\{(\w+|[@*])(?::?[-=]([^}]*))?\})")
#: Commands whose arguments are assignments.
EXPORTS = ("export", "declare", "typeset")
#: Commands that read another script.
READS = (".", "source")
#: A command's line number, from 1, and its words.
Command = tuple[int, tuple[str, ...]]
#: Separators of commands.
_ENDS = re.compile(r"[;&|()]+")
#: Maximum characters of a line with its continuations, and maximum lines of a quotation.
_LONGEST_LINE, _MOST_LINES = 1 << 13, 20
#: Not the beginning of a quotation: a complete one, an escaped character, a comment.
_CLOSED = re.compile(r"\\.|'[^']*'|\"(?:\\.|[^\"\\])*\"|(?:^|(?<=\s))#[^\n]*", re.DOTALL)

#: The beginning of a here-document, and its end word.
_DOCUMENT = re.compile(r"(?<!<)<<-?[ \t]*(['\"]?)(\w{1,100})\1")
#: A line that continues in the next.
_GOES_ON = re.compile(r"^(?!\s*#).*(?:&&|\|\|)[ \t]*$")


@lru_cache
def commands(text: str) -> tuple[Command, ...]:
    """Line number and words of each simple command, with links and keywords, without quotes and comments.

    A quotation may span some lines. Here-documents are skipped, as they assign nothing. So are extremely long lines:
    shlex needs time by the square of a word's length.
    """
    lines = ((number, line) for number, line in _whole(list(_lines(text))) if len(line) <= _LONGEST_LINE)
    return tuple((number, words) for number, line in lines for words in _parted(line))


def _parted(line: str) -> Iterator[tuple[str, ...]]:
    link, words = "", list[str]()
    for word in [*_words(line), ";"]:
        if not _ENDS.fullmatch(word):
            words.append(word)
            continue
        if words and words != [link]:
            yield tuple(words)
            words = []
        if word in LINKS:
            link, words = word, [word]


def bare(words: Sequence[str]) -> list[str]:
    """The words of a command without its keywords."""
    before = {*KEYWORDS, *LINKS}
    first = next((number for number, word in enumerate(words) if word not in before), len(words))
    return list(words[first:])


def _lines(text: str) -> Iterator[tuple[int, str]]:
    """Numbered lines; a line that ends with a backslash or a link continues in the next.

    Only a line feed ends a line: a carriage return becomes part of the value, as in the shell.
    """
    first, parts = 1, list[str]()
    for number, line in enumerate(text.split("\n"), 1):
        first = first if parts else number
        if line.endswith("\\") or _GOES_ON.match(line):
            parts.append(line.removesuffix("\\"))
            continue
        yield first, " ".join([*parts, line])
        parts = []


def _whole(lines: list[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines, each joined with the following ones while a quotation is open, if it ends soon."""
    at, ends = 0, defaultdict[str, list[int]](list)
    for place, (_, line) in enumerate(lines):
        ends[line.lstrip("\t")].append(place)
    while at < len(lines):
        number, line = lines[at]
        end, whole = at + 1, line
        while _is_open(whole) and end < min(len(lines), at + _MOST_LINES) and len(whole) <= _LONGEST_LINE:
            whole = f"{whole}\n{lines[end][1]}"
            end += 1
        if _is_open(whole):
            end, whole = at + 1, line
        yield number, whole
        at = _past_document(whole, ends, end)


def _past_document(command: str, ends: Mapping[str, list[int]], at: int) -> int:
    """Where commands continue after a line: behind its here-document, if that ends."""
    begins = _DOCUMENT.search(command)
    places = ends.get(begins[2], []) if begins else []
    number = bisect_left(places, at)
    return places[number] + 1 if number < len(places) else at


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
