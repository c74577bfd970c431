"""The requirements of a collected test, the order of tests, and what a target cannot show."""

import re
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from conformance.deployment.interface import Capability
from conformance.errors import ConformanceError
from conformance.judgement.catalogue import Catalogue, Kind
from conformance.judgement.requirement import AFTERWARDS, LAST, MARK

_KINDS = list(Kind)
_IDS = pytest.StashKey[tuple[str, ...]]()


def ids_of(item: pytest.Item) -> tuple[str, ...]:
    """The requirement ids on a test's marks (its own and its parameters'), in order."""
    # Cached: each phase of each test asks for them, and the marks do not change after collection.
    if _IDS not in item.stash:
        item.stash[_IDS] = tuple(dict.fromkeys(name for mark in item.iter_markers(MARK) for name in mark.args))
    return item.stash[_IDS]


def check(items: Collection[pytest.Item], catalogue: Catalogue) -> None:
    """ConformanceError for the first test with an id that is not in the catalogue."""
    for item in items:
        for requirement_id in ids_of(item):
            if requirement_id not in catalogue:
                raise ConformanceError(
                    f"{item.nodeid} proves {requirement_id!r}, which the catalogue does not have",
                    "correct the id or add the requirement to suites/catalogue.toml",
                )


def order(items: list[pytest.Item], catalogue: Catalogue) -> list[pytest.Item]:
    """Sort tests by kind, harmless ones first: files, db, log, live, fault; then those that run after all faults.

    The last fault may leave stopped nodes, so tests that need both nodes run before it.
    """
    return sorted(items, key=lambda item: _rank(item, catalogue))


def kinds_of(item: pytest.Item, catalogue: Catalogue) -> set[Kind]:
    """The kinds of a test: those of its requirements, but live for a test after all faults."""
    if item.get_closest_marker(AFTERWARDS):
        return {Kind.LIVE}
    return {catalogue[requirement_id].kind for requirement_id in ids_of(item)}


def of_nodes(items: list[pytest.Item], count: int) -> list[pytest.Item]:
    """The tests for this many nodes; for one, without tests whose parameter `node` (from 0) is another node."""
    return [item for item in items if count > 1 or _node_number(item) == 0]


def fixtures_of(item: pytest.Item) -> set[str]:
    """Names of the fixtures that a test uses, directly or by a parameter."""
    return set(getattr(item, "fixturenames", ())) | {one for one in _parameters(item).values() if isinstance(one, str)}


def lacking(item: pytest.Item, catalogue: Catalogue, able: Collection[Capability]) -> list[Capability]:
    """Capabilities that the test's requirements need and that are not in `able`."""
    needed = dict.fromkeys(need for requirement_id in ids_of(item) for need in catalogue[requirement_id].capabilities)
    return [need for need in needed if need not in able]


def _parameters(item: pytest.Item) -> dict[str, Any]:
    return item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}


def _node_number(item: pytest.Item) -> int:
    number = _parameters(item).get("node", 0)
    return number if isinstance(number, int) else 0


def _rank(item: pytest.Item, catalogue: Catalogue) -> int:
    if mark := item.get_closest_marker(AFTERWARDS):
        return len(_KINDS) + (0 if mark.kwargs.get("whole") else 2)
    if item.get_closest_marker(LAST):
        return len(_KINDS) + 1
    return max((_KINDS.index(kind) for kind in kinds_of(item, catalogue)), default=0)


_MARK = re.compile(r"\brequirement\(([^)]*)\)")
_ID = re.compile(r"[\"']([A-Z]+-\d\d)[\"']")


def ids_in(path: Path) -> set[str]:
    """Requirement ids in the marks of a test file, by its text, so that one that cannot be imported counts."""
    return set(_ids(path.read_text(encoding="utf-8", errors="replace")))


@lru_cache(maxsize=64)
def _ids(text: str) -> frozenset[str]:
    return frozenset(requirement_id for arguments in _MARK.findall(text) for requirement_id in _ID.findall(arguments))


def owners(suites: Path) -> dict[str, list[Path]]:
    """Test files by requirement id."""
    found: dict[str, list[Path]] = {}
    for path in sorted(suites.rglob("test_*.py")):
        for requirement_id in sorted(ids_in(path)):
            found.setdefault(requirement_id, []).append(path)
    return found
