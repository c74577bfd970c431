"""Regular expressions for readers: a wait for a log line says which text it is, not how that is matched."""

import re

#: The parts of an expression: what matches no letter, what stands for any, an escaped sign, a letter.
_PART = re.compile(
    r"\(\?[^)]*\)|\\[bBAZ]|[\^$()]"
    r"|(?P<any>(?:\[(?:\\.|[^\]\\])*\]|\\[dDwWsS]|\.)[*+?]?)"
    r"|(?P<blanks> \*)|\\(?P<sign>.)|(?P<letter>.)"
)


def in_words(pattern: str) -> str:
    """The texts that it stands for, in quotes; "…" stands for what may vary."""
    return " or ".join(f"'{_PART.sub(_shown, one).strip()}'" for one in pattern.split("|"))


def _shown(part: re.Match[str]) -> str:
    return "…" if part["any"] else part["sign"] or part["letter"] or (" " if part["blanks"] else "")
