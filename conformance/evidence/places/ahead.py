"""Secrets that a sentence gives before it says what they are: `tried X as password`, `'X' is no valid token`."""

import re
from collections.abc import Iterator

from conformance.evidence.places.place import Place, one
from conformance.evidence.places.said import looks_made_up

#: As much as is looked at before the word, and of that for the verb between the two.
_REACH, _NEAR = 200, 80
_VERB = re.compile(r" (?:as|is|was|are) |n't ")
_ENDS = re.compile(
    r"(?:\"(?P<q>[^\"\n]{4,128})\"|'(?P<a>[^'\n]{4,128})'|(?<!\S)(?P<bare>[^\s\"'()\[\]{}<>,;]{6,128}))"
    r"[ \t]+(?:as|is|was|are|isn't|wasn't)[ \t]+"
    r"(?:(?:not|no|the|a|an|your|my|its|our|his|their|new|old|right|correct|valid|wrong)[ \t]+){0,3}"
    r"(?:[\w-]{1,32}[ \t]+)?$"
)


def before(text: str, begin: int) -> Iterator[Place]:
    """The value that is called by the word that begins at `begin`."""
    if not _VERB.search(text, max(0, begin - _NEAR), begin):
        return
    least = max(0, begin - _REACH, text.rfind("\n", max(0, begin - _REACH), begin) + 1)
    found = _ENDS.search(text[least:begin])
    if found is None or found.lastgroup is None:
        return
    value = found[found.lastgroup]
    if looks_made_up(value) or (found.lastgroup != "bare" and " " not in value and not value.isalpha()):
        yield from one(text, least + found.start(found.lastgroup), least + found.end(found.lastgroup), certain=False)
