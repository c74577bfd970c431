"""A pair of homes is broken and is whole again, whoever else has its files."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sabotage import edits
from sabotage.homes import SECOND, CannotBreak
from sabotage.pair import Pair
from sabotage.sabotage import Change, every
from sabotage.stock_home import cluster, contents

FILE = '<?xml version="1.0"?>\n<root xmlns="urn:x"><a n="1">one</a><b/></root>'


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """Two homes of two files each; the second's are somebody's."""
    (tmp_path / "theirs").mkdir()
    for node in ("node1", "node2"):
        home = tmp_path / "pair" / node
        home.mkdir(parents=True)
        (home / "file.xml").write_text(FILE)
        (tmp_path / "theirs/text").write_text("key one\nkey.more two\n")
        os.link(tmp_path / "theirs/text", home / "text")
    return Pair(tmp_path / "pair", cluster())


def after(pair: Pair, change: Change, path: str = "file.xml") -> str:
    """Content of node 2's file while the pair is broken."""
    with pair.broken(change):
        return (pair.home(SECOND) / path).read_text()


@pytest.mark.parametrize(
    ("change", "there"),
    [
        (edits.text("file.xml", "/d:root/d:a", "two"), '<a n="1">two</a>'),
        (edits.retold("file.xml", "//d:a", str.upper), '<a n="1">ONE</a>'),
        (edits.attribute("file.xml", "//d:a", "n", "2"), '<a n="2">one</a>'),
        (edits.child("file.xml", "/*", '<c xmlns="urn:x"/>'), "<b/><c/></root>"),
        (edits.child("file.xml", "/*", '<c xmlns="urn:x"/>', first=True), '<c/><a n="1">'),
        (edits.doubled("file.xml", "//d:b"), "<b/><b/></root>"),
        (edits.written("file.xml", "new"), "new"),
    ],
)
def test_an_edit_changes_what_it_says(pair: Pair, change: Change, there: str) -> None:
    assert there in after(pair, change)


def test_an_element_can_be_taken_out(pair: Pair) -> None:
    assert "<b" not in after(pair, edits.without("file.xml", "//d:b"))


def test_lines_can_be_replaced_and_added(pair: Pair) -> None:
    assert after(pair, edits.replaced("text", r"^key\s.*$", "key 2"), "text") == "key 2\nkey.more two\n"
    assert after(pair, edits.appended("text", "last"), "text").endswith("two\n\nlast\n")


@pytest.mark.parametrize(
    "change",
    [
        edits.text("file.xml", "//d:c", "x"),
        edits.text("none.xml", "//d:a", "x"),
        edits.replaced("text", "nothing like it", "x"),
        edits.removed("none"),
        edits.matching("", "*.jar", edits.removed),
    ],
)
def test_an_edit_that_would_change_nothing_is_refused(pair: Pair, change: Change) -> None:
    with pytest.raises(CannotBreak, match="node2"):
        after(pair, change)


@pytest.mark.parametrize("path", ["file.xml", "text", "new/file"])
def test_a_broken_pair_is_whole_again(pair: Pair, path: str) -> None:
    before = contents(pair.folder)
    everything = every(
        edits.on_both(lambda node: edits.written(path, "one", node)), edits.written(path, "two"), edits.removed(path)
    )
    after(pair, every(everything, edits.written(path, "three")), path)
    assert contents(pair.folder) == before


def test_a_pair_is_whole_again_after_a_change_that_fails_half_way(pair: Pair) -> None:
    before = contents(pair.folder)
    with pytest.raises(CannotBreak):
        after(pair, every(edits.written("text", "x"), edits.removed("none")))
    assert contents(pair.folder) == before


def test_somebodys_files_are_never_written_into(pair: Pair, tmp_path: Path) -> None:
    with pair.broken(edits.on_both(lambda node: edits.written("text", "x", node))):
        assert (tmp_path / "theirs/text").read_text() == "key one\nkey.more two\n"


def test_a_link_goes_with_the_breakage(pair: Pair) -> None:
    with pair.broken(lambda broken: broken.link(SECOND, "text", "nowhere")):
        assert (pair.home(SECOND) / "text").is_symlink()
    assert (pair.home(SECOND) / "text").read_text().startswith("key one")


def on_one_host(pair: Pair) -> None:
    pair.single_host = True


@pytest.mark.parametrize("change", [lambda pair: pair.state("node2", address="x"), on_one_host])
def test_what_is_stated_of_the_nodes_is_restored(pair: Pair, change: Callable[[Pair], None]) -> None:
    stated = pair.spec, pair.single_host
    with pair.broken(change):
        assert (pair.spec, pair.single_host) != stated
    assert (pair.spec, pair.single_host) == stated


def test_what_is_broken_is_named_and_nothing_when_more_than_files_is(pair: Pair) -> None:
    assert pair.changed == frozenset()
    with pair.broken(edits.text("file.xml", "//d:a", "two")):
        assert pair.changed == {str(pair.home(SECOND) / "file.xml")}
    with pair.broken(lambda broken: broken.state(SECOND, address="x")):
        assert pair.changed is None
    assert pair.changed == frozenset()


def test_a_text_is_put_in_the_place_of_the_first_like_it(pair: Pair) -> None:
    assert after(pair, edits.swapped("text", "key", "word"), "text") == "word one\nkey.more two\n"
    with pytest.raises(CannotBreak, match="does not hold 'lock'"):
        after(pair, edits.swapped("text", "lock", "word"))
