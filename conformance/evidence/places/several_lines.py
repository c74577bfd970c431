"""Values that start or continue on the next line: after a backslash in properties and shell, indented in YAML.

Each line is a place of its own: one mask for several lines would change all later line numbers.
"""

from collections.abc import Iterator

from conformance.evidence.places.place import LONGEST, Place, line_end, trimmed
from conformance.text.late_pattern import late

#: Maximum number of lines of a value.
_MOST_LINES = 64
_BACKSLASHES = late(r"\\+$")
_BLOCK = late(r"(?:[|>][+-]?\d?[ \t]*)?\r?\n")
_INDENT = late(r"[ \t]*")
_NESTED = late(r"[ \t]*(?:-[ \t]+)?(?:[\w.-]{1,64}:[ \t]+)?")
_FRAME = late(r"[ \t]*(?:at |\.{3} \d)")


def continued(text: str, begin: int, at: int) -> Iterator[Place]:
    """The line from `at`, and lines joined by a backslash at the end; `begin` is where the name begins."""
    spans = [(at, line_end(text, at))]
    while len(spans) < _MOST_LINES and _goes_on(text, begin, *spans[-1]) and spans[-1][1] + 1 < len(text):
        following = spans[-1][1] + 1
        spans.append((following, line_end(text, following)))
    pieces = [(first, last - _backslashes(text, first, last)) for first, last in spans]
    whole = "".join(text[first:last].strip() for first, last in pieces) if len(pieces) > 1 else ""
    for first, last in pieces:
        if place := trimmed(text, first, last):
            yield place._replace(whole=whole)


def _goes_on(text: str, begin: int, first: int, last: int) -> bool:
    """Whether the backslash continues the value; after a blank it separates the options of a command."""
    if _backslashes(text, first, last) % 2 == 0:
        return False
    value = text[first:last].rstrip("\\")
    return text[begin] != "-" and (not value.strip() or not value[-1].isspace())


def _backslashes(text: str, first: int, last: int) -> int:
    found = _BACKSLASHES.search(text[max(first, last - 8) : last])
    return len(found[0]) if found else 0


def indented(text: str, begin: int, end: int, at: int) -> list[Place] | None:
    """The lines below `name:` that are indented more, as in a YAML block; None if it is not a block."""
    block = _BLOCK.match(text, at, at + LONGEST)
    if block is None or ":" not in text[end:at]:
        return None
    least = begin - (text.rfind("\n", max(0, begin - 256), begin) + 1)
    found: list[Place] = []
    following = first = block.end()
    while following < len(text) and len(found) < _MOST_LINES:
        last, indent = line_end(text, following), _INDENT.match(text, following)
        depth = indent.end() - following if indent else 0
        item = depth == least and text.startswith("- ", following + depth)
        if (depth <= least and not item) or _FRAME.match(text, following):
            break
        inner = _NESTED.match(text, following, last)
        if place := trimmed(text, inner.end() if inner else following, last):
            found.append(place)
        following = last + 1
    return found if following > first else None
