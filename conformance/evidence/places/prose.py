"""Secrets in sentences and key blocks: `changed password of admin to X`, `-----BEGIN PRIVATE KEY-----`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, trimmed

_WORDS = re.compile(
    r"passwords?|passwd|passphrases?|passcode|pwd|secretvault|secrets?|tokens?|credentials?"
    r"|(?:api|access|encryption)[ -]keys?"
)
_TRIGGERS = (
    *("passw", "passphrase", "passcode", "pwd", "secret", "token", "credential"),
    *("api key", "api-key", "access key", "encryption key"),
)
_VALUE = r"([^\s\"'\[\](){}<>,;:=][^\s\"'\[\](){}<>,;]{3,255})"
#: `[X]`, `(X)`, `<X>`, `-> X`, `for user admin: X` behind the word: a value, whatever it looks like.
_GIVEN = re.compile(
    rf"\s+(?:for|of)\s+(?:(?:the\s+)?user\s+)?[^\s:=]{{1,64}}\s*(?:=|:|->|=>)\s*(?:\"([^\"\n]+)\"|'([^'\n]+)'|{_VALUE})"
    rf"|\s*(?:->|=>)\s*[\"']?{_VALUE}|\s+(?:\({_VALUE}\)|\[{_VALUE}\]|<{_VALUE}>)"
)
#: What is said of a password there instead.
_WORDS_SAID = (
    "required optional missing null none empty hidden invalid incorrect wrong expired given protected encrypted masked "
    "unknown default redacted unset absent present changed generated file alias digest true false enabled disabled "
    "password username user admin plain hashed failed denied deleted updated created void char string byte"
)
_SAID = frozenset(_WORDS_SAID.split())
#: `login u password X`, as .netrc has it, and `credentials u/X`.
_ACCOUNT = re.compile(r"login\s+\S{1,128}\s+(?:account\s+\S{1,128}\s+)?password\s+[\"']?([^\s\"']+)")
_PAIR = re.compile(rf"\s+[\"'(]?[\w.@-]{{1,64}}/{_VALUE}")
#: Characters behind the word in which the secret is looked for, and words.
_REACH = 120
_AFTER = re.compile(r"[:\"')\],]*\s")
#: Characters that a secret in a sentence has at most.
_LONGEST = 256
_TOKEN = re.compile(r"\S+")
_EDGES = "\"'`()[]{}<>,;:.!?"
#: As a generated password looks: letters and digits, or a sign that no name has.
_MIXED = re.compile(r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9_+-]{6,}")
_SIGNED = re.compile(r"(?=.*[A-Za-z0-9])[^\s./\\:=(){}\[\]<>@,]*[!#$%^&*~+?][^\s/\\:=(){}\[\]<>,]*")
#: What looks so too: a name in capitals, a host or bean with its number, a date, a version.
_NAME = re.compile(
    r"[A-Z0-9]+(?:_[A-Z0-9]+)+|wso2\w*|[a-z]{2,}[_-]?\d{1,3}|[\d.:TZ+-]+|v?\d+(?:[._-]\w+)+|0x[0-9a-fA-F]+"
)
_BLOCK = "PRIVATE KEY"
_HEAD = re.compile(r"-{4,5} ?BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)? ?-{4,5}")
_TAILS = ("-----END ", "---- END ")
_LONGEST_BLOCK = 1 << 16
_KEY_LINES = re.compile(r"(?:\s|\\n|\\r|[A-Za-z0-9+/=:,>|\\-])+")
#: A line of a key, and a part of one behind something else, the head of a log event for example.
_KEY_LINE = re.compile(r"(?:\\[nr]|[A-Za-z0-9+/=:,. \t-])+")
_PART_OF_KEY = re.compile(r"[A-Za-z0-9+/]{12,}={0,2}")


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of what sentences give away, and of private keys."""
    for trigger in _TRIGGERS:
        at = lower.find(trigger)
        seen = 0
        while at >= 0:
            word = _WORDS.match(lower, at, at + 16)
            if word and (given := _given(text, lower, word)):
                yield given
            if word and not _inside(lower, at, word.end()):
                yield from _sentence(text, max(seen, word.end()), word.end() + _REACH)
                seen = word.end() + _REACH
            at = lower.find(trigger, at + len(trigger))
    at = lower.find("login")
    while at >= 0:
        if (account := _ACCOUNT.match(text, at, at + 512)) and (place := trimmed(text, *account.span(1))):
            yield place
        at = lower.find("login", at + 5)
    yield from _blocks(text)


def _given(text: str, lower: str, word: re.Match[str]) -> Place | None:
    """The value that a sentence marks as one."""
    if word.start() and lower[word.start() - 1].isalnum():
        return None
    found = _GIVEN.match(text, word.end(), word.end() + 512)
    if found is None and word[0].startswith("credential"):
        found = _PAIR.match(text, word.end(), word.end() + 512)
    if found is None or found.lastindex is None or found[found.lastindex].lower() in _SAID:
        return None
    return trimmed(text, *found.span(found.lastindex), certain=False)


def _inside(lower: str, begin: int, end: int) -> bool:
    """Whether the word is a part of a longer one, or is followed by its value as a property is."""
    return (begin > 0 and lower[begin - 1].isalnum()) or _AFTER.match(lower, end) is None


def _sentence(text: str, at: int, reach: int) -> Iterator[Place]:
    line = text.find("\n", at, reach)
    end = line if line >= 0 else min(len(text), reach)
    for token in _TOKEN.finditer(text, at, end):
        raw = token[0]
        value = raw.strip(_EDGES)
        begin = token.start() + raw.find(value) if value else token.start()
        if token.end() == end < len(text) and not text[end].isspace():
            # Cut by the reach: all of the word is masked.
            more = _TOKEN.match(text, begin, begin + _LONGEST)
            value = more[0].rstrip(_EDGES) if more else value
        if _looks_made_up(value) and (place := trimmed(text, begin, begin + len(value), certain=False)):
            yield place


def _looks_made_up(value: str) -> bool:
    if not 6 <= len(value) <= _LONGEST or value.startswith("-") or _NAME.fullmatch(value):
        return False
    return _MIXED.fullmatch(value) is not None or _SIGNED.fullmatch(value) is not None


def _blocks(text: str) -> Iterator[Place]:
    at = text.find(_BLOCK)
    while at >= 0:
        begun = text.rfind("BEGIN", max(0, at - 48), at)
        head = _HEAD.search(text, max(0, begun - 6), at + 32) if begun >= 0 else None
        if head and head.end() > at:
            ends = [end for one in _TAILS if (end := text.find(one, head.end(), head.end() + _LONGEST_BLOCK)) >= 0]
            lines = _KEY_LINES.match(text, head.end(), head.end() + _LONGEST_BLOCK)
            end = min(ends, default=lines.end() if lines else head.end())
            yield from _lines_of_key(text, head.end(), end)
            at = max(at, end)
        at = text.find(_BLOCK, at + len(_BLOCK))


def _lines_of_key(text: str, begin: int, end: int) -> Iterator[Place]:
    """Each line is a place of its own, so that the lines behind keep their numbers."""
    while begin < end:
        newline = text.find("\n", begin, end)
        last = newline if newline >= 0 else end
        if line := trimmed(text, begin, last, certain=False):
            whole = _KEY_LINE.match(text, line.begin, line.end)
            if whole and whole.end() >= line.end - 1:
                yield line._replace(end=whole.end())
            else:
                yield from (Place(*part.span(), certain=False) for part in _PART_OF_KEY.finditer(text, begin, last))
        begin = last + 1
