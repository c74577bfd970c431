"""docs/architecture.md is the code as it is: its files exist, and its list of imports is complete and has no more."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import pytest

from selftests.whole_run import PROJECT

PAGE = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
#: Rooms of the library; its other files are the room "conformance".
ROOMS = tuple(path.name for path in sorted((PROJECT / "conformance").iterdir()) if (path / "__init__.py").is_file())
OUTER = ("fixtures", "suites", "reports", "sabotage")


def _room(module: str) -> str:
    first, _, rest = module.partition(".")
    inner = rest.partition(".")[0]
    return inner if first == "conformance" and inner in ROOMS else first


def _runtime(tree: ast.AST) -> Iterator[ast.ImportFrom | ast.Import]:
    """Imports that are executed: those for type hints alone are not."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.ImportFrom | ast.Import):
            yield node
        yield from _runtime(node)


def _modules(node: ast.ImportFrom | ast.Import) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    # `from conformance import database` names a room, `from conformance.errors import X` a module.
    return [f"{node.module}.{one.name}" for one in node.names]


def imports(source: str) -> set[str]:
    """The project's rooms that a module imports."""
    found = {_room(module) for node in _runtime(ast.parse(source)) for module in _modules(node)}
    return found & {"conformance", *ROOMS, *OUTER}


def _actual() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for top in ("conformance", *OUTER):
        for path in (PROJECT / top).rglob("*.py"):
            room = _room(".".join(path.relative_to(PROJECT).with_suffix("").parts))
            found.setdefault(room, set()).update(imports(path.read_text(encoding="utf-8")) - {room})
    return found


def _listed() -> dict[str, set[str]]:
    rows = re.findall(r"^\| (?:conformance/)?(\w+) \| ([\w, ]+) \|$", PAGE, re.MULTILINE)
    return {room: set(names.split(", ")) for room, names in rows if room in ("conformance", *ROOMS, *OUTER)}


@pytest.mark.parametrize("room", ["conformance", *ROOMS, *OUTER])
def test_the_list_of_imports_is_complete_and_has_no_more(room: str) -> None:
    assert _listed().get(room, set()) == _actual()[room], f"correct the row of {room} in docs/architecture.md"


def test_every_file_that_the_page_names_exists() -> None:
    named = re.findall(r"`((?:[\w-]+/)*[\w-]+\.(?:py|toml|json))`", PAGE)
    roots = (PROJECT, PROJECT / "conformance")
    assert len(named) > 30
    assert [name for name in named if not any((root / name).is_file() for root in roots)] == []


def test_every_room_is_in_the_tree() -> None:
    tree = PAGE.partition("## The tree")[2].partition("## Who imports whom")[0]
    assert [room for room in (*ROOMS, *OUTER) if f"{room}/" not in tree] == []


def test_every_file_at_the_top_of_the_library_is_in_the_tree() -> None:
    tree = PAGE.partition("## The tree")[2].partition("## Who imports whom")[0]
    loose = {path.stem for path in (PROJECT / "conformance").glob("*.py")} - {"__init__"}
    assert [name for name in sorted(loose) if not re.search(rf"\b{name}\b", tree)] == []


@pytest.mark.parametrize(
    ("source", "rooms"),
    [
        ("from conformance.errors import X", {"conformance"}),
        ("from conformance import database", {"database"}),
        ("from conformance import deadlines", {"conformance"}),
        ("def f():\n    from conformance.targets.embedded.enter import run", {"targets"}),
        ("if TYPE_CHECKING:\n    from conformance.pack import lock", set()),
        ("import os\nimport sabotage.judge", {"sabotage"}),
    ],
)
def test_an_import_counts_wherever_it_is_executed(source: str, rooms: set[str]) -> None:
    assert imports(source) == rooms


def test_the_page_names_every_context_variable() -> None:
    holders = [
        path.relative_to(PROJECT / "conformance").as_posix()
        for path in (PROJECT / "conformance").rglob("*.py")
        if re.search(r"= ContextVar\(|: ContextVar\[", path.read_text(encoding="utf-8"))
    ]
    state = PAGE.partition("## Global state")[2]
    assert [name for name in holders if f"`{name}`" not in state] == []
