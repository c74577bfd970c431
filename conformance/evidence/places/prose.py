"""Secrets in sentences and key blocks: `changed password of admin to X`, `-----BEGIN PRIVATE KEY-----`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, trimmed

_WORDS = re.compile(r"passwords?|passwd|passphrases?|passcode|pwd|secretvault|secrets?|tokens?|credentials?")
_TRIGGERS = ("passw", "passphrase", "passcode", "pwd", "secret", "token", "credential")
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
_HEAD = re.compile(r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----")
_TAIL = "-----END "
_LONGEST_BLOCK = 1 << 16
_KEY_LINES = re.compile(r"(?:\s|\\n|\\r|[A-Za-z0-9+/=:,-])+")


def find(text: str, lower: str) -> Iterator[Place]:
    """Places of what sentences give away, and of private keys."""
    for trigger in _TRIGGERS:
        at = lower.find(trigger)
        seen = 0
        while at >= 0:
            word = _WORDS.match(lower, at, at + 16)
            if word and not _inside(lower, at, word.end()):
                yield from _sentence(text, max(seen, word.end()), word.end() + _REACH)
                seen = word.end() + _REACH
            at = lower.find(trigger, at + len(trigger))
    yield from _blocks(text)


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
        begun = text.rfind("-----BEGIN", max(0, at - 48), at)
        head = _HEAD.match(text, begun, at + 32) if begun >= 0 else None
        if head and head.end() > at:
            end = text.find(_TAIL, head.end(), head.end() + _LONGEST_BLOCK)
            if end < 0:
                lines = _KEY_LINES.match(text, head.end(), head.end() + _LONGEST_BLOCK)
                end = lines.end() if lines else head.end()
            if place := trimmed(text, head.end(), end, certain=False):
                yield place
            at = max(at, end)
        at = text.find(_BLOCK, at + len(_BLOCK))
