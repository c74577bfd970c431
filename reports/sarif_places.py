"""Parses where a message locates a finding: node, file, line and column, for editors and code scanning."""

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import NamedTuple

from conformance.evidence import labs
from conformance.evidence.observation import Observation
from conformance.text.masking import MASKED

#: A path in a home, without blanks; it has at least one folder.
_PATH = r"(?P<path>[\w.@-]+(?:/[\w.@+-]+)+)"
_LINES = r"(?::(?P<line>[0-9]{1,9})(?:-(?P<end>[0-9]{1,9}))?)?"
#: `node1 repository/conf/axis2/axis2.xml:12 /axisconfig/…: found …`; `node1 start 1 of 1 (repository/logs/…:1-27): …`.
_PLACE = re.compile(rf"(?P<node>\S+) (?:[^()]{{0,60}}\()?{_PATH}{_LINES}\)?(?: (?P<what>.{{1,500}}?))?(?=: |$)")
_FOUND = re.compile(r"\bfound ('(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\"|-?[0-9]+)")
#: Remark on a place that does not exist.
_REMARK = re.compile(r" \((?:absent|assigned)[^()]*\)$")
#: File and line in the suites, at the end of a message.
_SUITE = re.compile(r"\((?:suites/)?test_\w+\.py:[0-9]+(?:, \w+)?\)")


class Place(NamedTuple):
    """Lines count from 1; `what` is the XPath, key or name there; `found` is the value as in the file."""

    node: str
    path: str
    line: int | None = None
    end: int | None = None
    what: str = ""
    found: str = ""


class Finding(NamedTuple):
    """A place with the message lines about it; `beside`: other places that they name."""

    text: str
    place: Place | None
    beside: tuple[Place, ...] = ()


def findings(message: str, nodes: Collection[str]) -> list[Finding]:
    """Split a message into findings: each begins with a line that starts with a place."""
    groups: list[list[str]] = []
    for line in message.splitlines():
        if _SUITE.fullmatch(line.strip()) or not line.strip():
            continue
        if place_of(line, nodes) is not None or not groups:
            groups.append([line])
        else:
            groups[-1].append(line)
    return [_finding(group, nodes) for group in groups]


def _finding(lines: list[str], nodes: Collection[str]) -> Finding:
    place = place_of(lines[0], nodes)
    others = (one for line in lines for one in _named(line, nodes))
    own = None if place is None else place._replace(what="", found="")
    return Finding("\n".join(lines), place, tuple(dict.fromkeys(one for one in others if one != own)))


def place_of(line: str, nodes: Collection[str]) -> Place | None:
    """Return the place at the beginning of a line; None if there is no place."""
    match = _PLACE.match(line)
    if match is None or match["node"] not in nodes:
        return None
    found = _FOUND.match(line, match.end() + 2)
    return _place(match, found[1] if found else "")


def _named(line: str, nodes: Collection[str]) -> Iterator[Place]:
    """Yield places inside a line, such as that of the other node's value."""
    for node in nodes:
        for match in re.finditer(rf"(?<![\w.-])(?P<node>{re.escape(node)}) {_PATH}{_LINES}(?P<what>)", line):
            yield _place(match, "")


def _place(match: re.Match[str], written: str) -> Place:
    found = ""
    with suppress(ValueError, SyntaxError):
        found = str(ast.literal_eval(written)) if written else ""
    line, end = (int(match[name]) if match[name] else None for name in ("line", "end"))
    what = _REMARK.sub("", match["what"] or "")
    return Place(match["node"], match["path"], line or None, end, what, found)


class Texts:
    """Lines of the files that a run read, from its evidence."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        self._answers: Mapping[tuple[str, str], str] = {
            (one.subject, one.question.removeprefix("file ")): one.answer
            for one in observations
            if one.question.startswith("file ")
            and isinstance(one.answer, str)
            and not one.failed
            # Findings of a second lab's tests are not in the files of the first.
            and not labs.of_second(one.scope)
        }
        self._lines: dict[tuple[str, str], list[str]] = {}

    def columns(self, place: Place) -> tuple[int, int] | None:
        """Return the first column of the value on its line, from 1, and the column behind it; None if unknown.

        Without a value, it is the whole line without its indentation.
        """
        key = place.node, place.path
        if place.line is None or place.end is not None or key not in self._answers:
            return None
        lines = self._lines.setdefault(key, re.split(r"\r\n|\r|\n", self._answers[key]))
        line = lines[place.line - 1] if place.line <= len(lines) else ""
        if not line.strip() or MASKED.search(line):
            return None
        if span := _span(line, place):
            return span[0] + 1, span[1] + 1
        return len(line) - len(line.lstrip()) + 1, len(line.rstrip()) + 1


def _span(line: str, place: Place) -> tuple[int, int] | None:
    """Return begin and end of the value in its line: as the attribute's value, else as a whole word, else anywhere."""
    if not place.found.strip():
        return None
    value, attribute = re.escape(place.found), place.what.rpartition("/@")[2] if "/@" in place.what else ""
    patterns = [rf"(?<!\S){re.escape(attribute)}\s*=\s*[\"'](?P<value>{value})[\"']"] if attribute else []
    for pattern in (*patterns, rf"(?<![\w.-])(?P<value>{value})(?![\w-])", f"(?P<value>{value})"):
        if match := re.search(pattern, line):
            return match.span("value")
    return None
