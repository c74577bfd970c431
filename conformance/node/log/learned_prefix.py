"""Learns the prefix of an unknown log collector from the first line in which it precedes an event's head.

Times, counts and process ids vary from line to line. Names do not vary: they separate one node's lines from others.
"""

import re

from conformance.node.log.head import head_within

_DAYS = "Mon|Tue|Wed|Thu|Fri|Sat|Sun"
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
#: The variable parts and their expressions. Addresses are names, and so are digits that belong to a word.
_PARTS = {
    "stamp": (r"@[0-9a-f]{24}\b", "@[0-9a-f]{24}"),
    "time": (
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?",
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?",
    ),
    "word": (rf"\b(?:{_DAYS}|{_MONTHS}|[AP]M)\b", f"(?:{_DAYS}|{_MONTHS}|[AP]M)"),
    "address": (r"\d+(?:[.]\d+){3}", ""),
    "number": (r"(?<![A-Za-z0-9])(?<![A-Za-z][-./_])\d+(?![A-Za-z0-9])", r"\d{1,20}"),
    "blanks": (r"[ \t]+(?=[^ \t])", r"[ \t]{0,40}"),
    #: grep writes a hyphen instead of the colon on a context line.
    "found": (r":$", "[:-]"),
}
_VARIES = re.compile("|".join(f"(?P<{name}>{pattern})" for name, (pattern, _) in _PARTS.items()))
#: Length and end of a prefix; words alone are a sentence that quotes an event.
_LONGEST = 200
_PREFIX = re.compile(r"(?!.*</)(?:\s+|.*[^A-Za-z\s].*)(?<=[\s:|+\]-])", re.DOTALL)


def learned_prefix(line: str) -> re.Pattern[str] | None:
    """An expression for the text before the head in this and other lines; None if there is none."""
    within = head_within(line)
    prefix = line[: within[0]] if within else ""
    if len(prefix) > _LONGEST or not _PREFIX.fullmatch(prefix):
        return None
    if prefix.isspace():
        return re.compile(re.escape(prefix))
    # The collector may have removed trailing blanks of an empty line.
    text = prefix.rstrip()
    end = re.escape(prefix[len(text) :])
    return re.compile(f"{_general(text)}(?:{end}|$)")


def _general(text: str) -> str:
    parts, at = [], 0
    for found in _VARIES.finditer(text):
        general = _PARTS[found.lastgroup or ""][1] or re.escape(found[0])
        parts += [re.escape(text[at : found.start()]), general]
        at = found.end()
    return "".join([*parts, re.escape(text[at:])])
