"""Checks that an operator can read a failure message: found and expected values in words, no Python."""

import re

#: Quoted text belongs to the deployment.
_QUOTED = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"[^\"\n]*\"|`[^`\n]*`")
#: What a message may not contain, and what to write instead.
_UNREADABLE = {
    re.compile(r" (?:==|!=|<=|>=) "): "a bare comparison: say what was found and what was expected",
    re.compile(r"\bdoes not hold\b"): "a bare comparison: say what was found and what was expected",
    re.compile(r"\bassert\b"): "a word of the test framework",
    re.compile(r"\b(?:True|False|None)\b"): "a value as Python writes it: say true, false or nothing",
    re.compile(r"\[\]|\(\)|\{\}"): "an empty collection as Python writes it: say nothing",
    # A number in brackets may be part of an XPath, unless a blank precedes it. Older stored runs write a master's
    # applications in this form.
    re.compile(r"(?<!applications )[\[{(]''(?:[,:]|\]|\})|(?<=\s)\[-?\d+(?:, -?\d+)*\]"): (
        "a collection as Python writes it: say its values with commas"
    ),
    re.compile(r"<[\w.]+ object\b|\b[A-Z]\w*\(\w+=|\b(?:PosixPath|Located\w*|frozenset|set|dict|deque)\("): (
        "an object as Python writes it"
    ),
}


def unreadable(message: str) -> str:
    """Return the first unreadable part of a message, and what it is; "" if there is none."""
    for line in message.splitlines():
        unquoted = _QUOTED.sub("''", line)
        for pattern, what in _UNREADABLE.items():
            if found := pattern.search(unquoted):
                return f"{found[0].strip()!r} in {line!r} is {what}"
    return ""
