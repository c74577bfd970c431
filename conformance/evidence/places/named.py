"""A secret next to a value that names it: `{"name": "DB_PASSWORD", "value": "X"}`, also in YAML."""

import re
from collections.abc import Iterator

from conformance.evidence.places.place import LONGEST, QUOTE, SIGN, Place, one
from conformance.text.late_pattern import late

_NAMES = "name|key|id|path|property|param|parameter|field|option|variable|env|setting|attribute"
_VALUES = "value|val|default|text|content|data|string|plain|plaintext"
#: Characters to search before the name, and how many of them for the word that marks it as a name.
_REACH, _NAMING = 320, 96
_BEFORE = late(
    rf"\b[\w.-]{{0,24}}?(?i:{_NAMES})(?:{QUOTE})?(?:[ \t]*(?:{SIGN})[ \t]*(?:{QUOTE})?|[ \t]+(?:{QUOTE}))"
    rf"(?:[\w.:-]{{0,64}}/){{0,8}}$"
)
#: Another field of the same object between name and value.
_OTHER = (
    rf"(?:{QUOTE})?(?!(?i:{_NAMES})\b)[\w.-]{{1,48}}(?:{QUOTE})?[ \t]*(?:{SIGN})[ \t]*"
    r"(?:\"[^\"\n]{0,256}\"|[\w.-]{1,64})\s*[,;]?\s*"
)
#: `value`, `ParameterValue`, `env_value`.
_CALLED_VALUE = rf"(?:[\w.-]{{0,24}}[a-z_.-](?=[A-Z])|[\w.-]{{0,24}}[_.-])?(?i:{_VALUES})"
_AFTER = late(
    rf"(?:{QUOTE})?\s*[,;{{]?\s*(?:{_OTHER}){{0,3}}?(?:{QUOTE})?{_CALLED_VALUE}(?:{QUOTE})?[ \t]*(?:{SIGN})[ \t]*"
    rf"(?:(?P<open>{QUOTE})|(?P<bare>[^\n,}}\]]+))"
)
_AHEAD = late(
    rf"(?i:{_VALUES})(?:{QUOTE})?[ \t]*(?:{SIGN})[ \t]*"
    rf"(?:(?P<open>{QUOTE})(?P<quoted>[^\n]*?)(?P=open)|(?P<bare>[^\s,;\"']+))\s*[,;]?\s*(?:{QUOTE})?$"
)
#: A part of a form, as sent or as in a wire log.
_FORM = late(r"[\"']?[^\r\n\[\\]{0,200}(?:\r?\n|\[\\r\]\[\\n\]|\\r\\n){2}([^\r\n\[\\]+)")
_VALUE = late(r"\b(?:value|val)\b", re.IGNORECASE)


def beside(text: str, begin: int, end: int) -> Iterator[Place]:
    """The value after the name, or before it."""
    head = text[max(0, begin - _REACH) : begin]
    if "form-data;" in head[-64:] and (part := _FORM.match(text, end, end + LONGEST)):
        yield from one(text, *part.span(1))
        return
    naming = _BEFORE.search(head[-_NAMING:])
    if naming is None:
        return
    if (after := _AFTER.match(text, end, end + LONGEST)) is not None:
        first, last = after.span("bare") if after["bare"] else (after.end(), _closed(text, after.end(), after["open"]))
        yield from one(text, first, last)
        return
    head = head[: len(head) - (len(head[-_NAMING:]) - naming.start())]
    for value in list(_VALUE.finditer(head))[-1:]:
        if ahead := _AHEAD.match(head, value.start()):
            group = "quoted" if ahead["quoted"] is not None else "bare"
            offset = begin - len(text[max(0, begin - _REACH) : begin])
            yield from one(text, offset + ahead.start(group), offset + ahead.end(group))


def _closed(text: str, at: int, quote: str) -> int:
    found = text.find(quote, at, at + LONGEST)
    return found if found >= 0 else min(len(text), at + LONGEST)
