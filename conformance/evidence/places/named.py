"""A name that stands as a value, and the secret beside it: `{"name": "DB_PASSWORD", "value": "X"}`, also in YAML."""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, trimmed
from conformance.evidence.places.signs import LONGEST, QUOTE, SIGN

_NAMES = "name|key|id|property|param|parameter|field|option|variable|env|setting|attribute"
_VALUES = "value|val|default|text|content|data|string|plain|plaintext"
#: As much as is looked at before the name.
_REACH = 320
_BEFORE = re.compile(rf"(?i:{_NAMES})(?:{QUOTE})?[ \t]*(?:{SIGN})[ \t]*(?:{QUOTE})?$")
_AFTER = re.compile(
    rf"(?:{QUOTE})?\s*[,;]?\s*(?:{QUOTE})?(?i:{_VALUES})(?:{QUOTE})?[ \t]*(?:{SIGN})[ \t]*"
    rf"(?:(?P<open>{QUOTE})|(?P<bare>[^\n,}}\]]+))"
)
_AHEAD = re.compile(
    rf"(?i:{_VALUES})(?:{QUOTE})?[ \t]*(?:{SIGN})[ \t]*"
    rf"(?:(?P<open>{QUOTE})(?P<quoted>[^\n]*?)(?P=open)|(?P<bare>[^\s,;\"']+))\s*[,;]?\s*(?:{QUOTE})?$"
)
_VALUE = re.compile(r"\b(?:value|val)\b", re.IGNORECASE)


def beside(text: str, begin: int, end: int) -> Iterator[Place]:
    """The value that comes behind the name, or before it."""
    head = text[max(0, begin - _REACH) : begin]
    naming = _BEFORE.search(head[-48:])
    if naming is None:
        return
    if (after := _AFTER.match(text, end, end + LONGEST)) is not None:
        first, last = after.span("bare") if after["bare"] else (after.end(), _closed(text, after.end(), after["open"]))
        if place := trimmed(text, first, last):
            yield place
        return
    head = head[: len(head) - (len(head[-48:]) - naming.start())]
    for value in list(_VALUE.finditer(head))[-1:]:
        if ahead := _AHEAD.match(head, value.start()):
            group = "quoted" if ahead["quoted"] is not None else "bare"
            offset = begin - len(text[max(0, begin - _REACH) : begin])
            if place := trimmed(text, offset + ahead.start(group), offset + ahead.end(group)):
                yield place


def _closed(text: str, at: int, quote: str) -> int:
    found = text.find(quote, at, at + LONGEST)
    return found if found >= 0 else min(len(text), at + LONGEST)
