"""Messages for the operator: requirement and page first, then place, found and expected value."""

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from pathlib import Path
from traceback import walk_tb

import pytest

from conformance.errors import ConformanceError
from conformance.judgement.catalogue import Requirement
from conformance.judgement.located import Located, LocatedInt, Where

_Value = Located | LocatedInt

#: How an operator reads after "expected".
_EXPECTED = {
    "==": "",
    "!=": "anything but ",
    "in": "one of ",
    "not in": "none of ",
    "<": "less than ",
    "<=": "at most ",
    ">": "more than ",
    ">=": "at least ",
}
#: The same for values of both nodes, of which neither is the right one.
_OF_BOTH = {"==": "the same on both nodes", "!=": "another one on each node"}


def header(requirements: Iterable[Requirement], *, broken: bool) -> list[str]:
    """Lines per requirement: id, level, sentence, its place on the page, and the consequence if `broken`."""
    return [line for requirement in requirements for line in _header(requirement, broken)]


def _header(requirement: Requirement, broken: bool) -> Iterator[str]:
    yield f"{requirement.id} ({requirement.level.value}) {requirement.sentence}"
    yield f"page: {requirement.section}"
    if broken:
        yield f"what breaks: {requirement.breaks}"


def located(*values: object) -> bool:
    """Whether one of the values, or an item of a collection among them, has a place."""
    inside = [one for value in values if isinstance(value, list | tuple | set | frozenset) for one in value]
    return any(isinstance(value, _Value) for value in (*values, *inside))


def compared(operator: str, left: object, right: object) -> list[str]:
    """Lines for a failed comparison: place, found and expected; plain values have no place."""
    relation = _EXPECTED.get(operator, f"{operator} ")
    if isinstance(left, _Value) and isinstance(right, _Value):
        # Both values come first, so that one line is enough.
        beside = f"{right.describe()} stands at {right.where}{_section(left.where)}"
        of_both = _OF_BOTH.get(operator) if left.where.node != right.where.node else None
        return [f"{left.found}, expected {of_both or f'{relation}{right.describe()}'}", beside]
    if isinstance(left, _Value):
        return [f"{left.found}, expected {relation}{_in_words(right)}{_section(left.where)}"]
    if isinstance(right, _Value) and operator in ("==", "!="):
        return compared(operator, right, left)
    return _items(operator, left, right)


def _items(operator: str, left: object, right: object) -> list[str]:
    """Describe a collection or plain values: found, expected, and each located value's place."""
    sides = [side for side in (left, right) if isinstance(side, list | tuple | set | frozenset)]
    places = [value for side in sides for value in side if isinstance(value, _Value)]
    if isinstance(left, list | tuple | set | frozenset) and not right and operator == "==" and places:
        return [f"{value.found}, expected nothing{_section(value.where)}" for value in places]
    expected = f"{_EXPECTED.get(operator, f'{operator} ')}{_in_words(right)}"
    found = f"found {_in_words(left)}, expected {expected}"
    return [found, *(f"{value.describe()} stands at {value.where}" for value in places)]


def _in_words(value: object) -> str:
    """A value without Python syntax, for an operator."""
    if isinstance(value, _Value):
        return value.describe()
    if isinstance(value, Mapping):
        return ", ".join(f"{_in_words(name)}: {_in_words(one)}" for name, one in value.items()) or "nothing"
    if isinstance(value, list | tuple | set | frozenset):
        texts = [_in_words(item) for item in value]
        return ", ".join(sorted(texts) if isinstance(value, set | frozenset) else texts) or "nothing"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Enum):
        return _in_words(value.value)
    return repr(str(value)) if isinstance(value, str) else str(value)


def _section(where: Where) -> str:
    return f" (page: {where.section})" if where.section else ""


def of_failure(error: AssertionError, requirements: Iterable[Requirement]) -> str:
    """The message of a failed assertion, without the test framework's text; the test's own message comes first.

    The page's section is omitted if it is the requirement's own, as the header contains it.
    """
    text = str(error) or "the requirement does not hold"
    text = text.removeprefix("assert ") if text.startswith("assert ") else text.partition("\nassert ")[0]
    for requirement in requirements:
        text = text.replace(f" (page: {requirement.section})", "")
    return text


def of_error(error: BaseException, long: str) -> str:
    """The message for a broken fixture or missing evidence; `long` (a traceback) only for unexpected errors."""
    if isinstance(error, ConformanceError):
        return f"no evidence: {error}"
    return f"{type(error).__name__}: {error}\n{long}"


def place(excinfo: pytest.ExceptionInfo[BaseException], test: Path, root: Path) -> str:
    """File and line in the test file `test` (not the library) where an exception arose, relative to `root`."""
    lines = [line for frame, line in walk_tb(excinfo.tb) if frame.f_code.co_filename == str(test)]
    relative = test.relative_to(root) if test.is_relative_to(root) else test
    return f"{relative}:{lines[-1]}" if lines else str(relative)


#: A failure's last line names the failed test and is not part of the finding.
_TEST = re.compile(r"\((?:[^()\s]+/)*test_\w+\.py(?::\d+)?(?:, \w+)?\)")
_QUOTED = re.compile(r"'[^']*'")


def said_once(messages: Iterable[str]) -> list[str]:
    """The messages without those in which every line was said before, about the same place.

    Two lines are the same if place, found value and expected values are equal, whatever the words. Otherwise one
    missing element would look like as many faults as there are tests that need it.
    """
    said: set[str] = set()
    kept: list[str] = []
    for message in messages:
        lines = [line for line in message.splitlines() if line.strip() and not _TEST.fullmatch(line.strip())]
        findings = {_finding(line) for line in lines or [message]}
        if not findings <= said:
            kept.append(message)
        said |= findings
    return kept


def _finding(line: str) -> str:
    """A line without the words around its expected values."""
    found, expected, wanted = line.partition(", expected ")
    values = sorted(_QUOTED.findall(wanted))
    return f"{found}{expected}{' '.join(values)}" if values else line.strip()
