"""Finds the requirements of test files by searching their text, so that a file that cannot be imported counts."""

import re
from functools import lru_cache
from pathlib import Path

_MARK = re.compile(r"\brequirement\(([^)]*)\)")
_ID = re.compile(r"[\"']([A-Z]+-\d\d)[\"']")


def ids_in(path: Path) -> set[str]:
    """Requirement ids in the `requirement(...)` marks of one test file."""
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
