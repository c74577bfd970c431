"""Secrets that a sentence reports about a name: `set db.password to X`, `[keyPassword] is overridden with [X]`."""

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, one
from conformance.evidence.places.said import is_stated, says_something

#: Maximum number of characters to search after the name and before it.
_LONGEST, _BEFORE = 1024, 60
_VALUE = (
    r"(?:\"(?P<q>[^\"\n]+)\"|'(?P<a>[^'\n]+)'|\[(?P<s>[^\]\n]+)\]|<(?P<t>[^>\n]+)>|(?P<bare>[^\s\"'\[\](){}<>,;]+))"
)
_SAYS = re.compile(
    r"[\"'\])>}]*\s+(?:(?:has|have|had|is|was|been|the|a|its|value|set|changed|overridden|replaced|resolved|updated|reset"
    rf"|now|new|old)\s+){{0,4}}(?P<last>with|to|from|value|is|was|as|by):?\s+{_VALUE}"
)
_THEN = re.compile(rf"\s+(?:to|with|by)\s+{_VALUE}")
#: Verbs after which `to` introduces a value, not a purpose.
_VERB = re.compile(r"set|chang|updat|overr|replac|resolv|reset|modif|chose|initiali", re.IGNORECASE)


def of_name(text: str, begin: int, end: int) -> Iterator[Place]:
    """The value, and the value that replaces it."""
    found = _SAYS.match(text, end, end + _LONGEST)
    if found is None:
        return
    verb = _VERB.search(text, max(0, begin - _BEFORE), begin) or _VERB.search(text, end, found.start("last"))
    if found["last"] not in ("to", "with", "from", "as", "by") or verb:
        then = _THEN.match(text, found.end(), found.end() + _LONGEST) if found["last"] == "from" else None
        yield from _value(text, found, goes_on=then is not None)
        if then:
            yield from _value(text, then)


def _value(text: str, found: re.Match[str], *, goes_on: bool = False) -> Iterator[Place]:
    group = next(name for name in ("q", "a", "s", "t", "bare") if found[name] is not None)
    begin, end = found.span(group)
    if group == "bare":
        end = begin + len(found[group].rstrip(".!?:"))
        if says_something(text[begin:end]) if goes_on else not is_stated(text, begin, end):
            return
    yield from one(text, begin, end, certain=False)
