"""docs/architecture.md is the code as it is: its files exist, every room is in its tree, in the enforced order."""

import re

import pytest
import tomli

from selftests.whole_run import PROJECT

PAGE = (PROJECT / "docs" / "architecture.md").read_text(encoding="utf-8")
TREE = PAGE.partition("## The tree")[2].partition("## Who imports whom")[0]
LIBRARY = PROJECT / "conformance"
ROOMS = tuple(path.name for path in sorted(LIBRARY.iterdir()) if (path / "__init__.py").is_file())
OUTER = ("fixtures", "suites", "reports", "sabotage", "selftests", "bench")
#: Files at the top of the library: the words that all share. More of them would hide each other.
MOST_FILES = 10


def _layers() -> list[list[str]]:
    """The rooms and files of the library as the linter of imports has them, the lowest first."""
    settings = tomli.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = (one["layers"] for one in settings["contracts"] if one.get("containers") == ["conformance"])
    return [re.split(r" [|:] ", layer) for layer in reversed(layers)]


def test_every_file_that_the_page_names_exists():
    named = re.findall(r"`((?:[\w-]+/)*[\w-]+\.(?:py|toml|json))`", PAGE)
    assert len(named) > 30
    assert [name for name in named if not any((root / name).is_file() for root in (PROJECT, LIBRARY))] == []


@pytest.mark.parametrize("room", [*ROOMS, *OUTER])
def test_every_room_is_in_the_tree(room):
    assert re.search(rf"^ +{room}/ ", TREE, re.MULTILINE), f"enter {room} in the tree of docs/architecture.md"


def test_the_tree_has_the_rooms_in_the_order_in_which_they_may_import_each_other():
    place = {name: number for number, layer in enumerate(_layers()) for name in layer}
    shown = [name for name in re.findall(r"^      (\w+)/ ", TREE, re.MULTILINE) if name in ROOMS]
    # The words that all share are one line of the tree, between the first room and the next ones.
    assert shown == sorted(shown, key=place.__getitem__)


def test_few_files_lie_at_the_top_of_the_library_and_all_are_in_the_tree():
    loose = sorted(path.stem for path in LIBRARY.glob("*.py"))
    assert len(loose) <= MOST_FILES, "put new ones into a room"
    assert [name for name in loose if name != "__init__" and not re.search(rf"\b{name}\b", TREE)] == []


def test_the_page_names_every_context_variable():
    holders = [
        path.relative_to(LIBRARY).as_posix()
        for path in LIBRARY.rglob("*.py")
        if re.search(r"= ContextVar\(|: ContextVar\[", path.read_text(encoding="utf-8"))
    ]
    state = PAGE.partition("## Global state")[2]
    assert [name for name in holders if f"`{name}`" not in state] == []
