"""A lab, or a pair of homes, is made wrong by its name, judged, compared with what must fail, and whole again."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.events import artifacts
from sabotage import edits, live, live_trial, plugin, synthetic_homes
from sabotage.homes import SECOND, CannotBreak
from sabotage.live_trial import LabOutcome
from sabotage.pair import Pair
from sabotage.sabotage import Change, every
from sabotage.stock_home import cluster, contents

DOMAIN, DUPLICATED = (live.named(name) for name in ("other-domain", "duplicated-receiver"))
ALL_RED = {name.replace("-", "_"): "fail" for name in DOMAIN.kills}
FILE = '<?xml version="1.0"?>\n<root xmlns="urn:x"><a n="1">one</a><b/></root>'


@pytest.fixture(scope="module")
def homes(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    pair = synthetic_homes.make(tmp_path_factory.mktemp("pair"))
    for node in ("node1", "node2"):
        artifacts.write(pair.home(node))
    return pair


@pytest.fixture
def lab(tmp_path: Path, homes: Pair) -> Path:
    """The folder of a lab whose homes are configured by the page."""
    for node in ("node1", "node2"):
        shutil.copytree(homes.home(node), tmp_path / node / "das")
    return tmp_path


@pytest.mark.parametrize("name", live.NAMES)
def test_each_wrong_setting_can_be_made_in_the_labs_homes(lab, name):
    before = contents(lab)
    live.break_homes(name, lab, synthetic_homes.stock_home.cluster())
    changed = {path for path, data in contents(lab).items() if before.get(path) != data and ".kept" not in path}
    assert changed
    assert all(path.startswith(("node1/das/", "node2/das/")) for path in changed)


def test_the_databases_of_node_2_change_places(lab):
    live.break_homes("other-databases", lab, synthetic_homes.stock_home.cluster())
    text = (lab / "node2/das/repository/conf/datasources/master-datasources.xml").read_text()
    users = text[text.index("WSO2UM_DB") : text.index("</url>", text.index("WSO2UM_DB"))]
    assert "/regdb" in users


def test_a_lab_of_no_known_name_is_refused(lab):
    with pytest.raises(ConformanceError, match="no sabotage of the lab is called 'x' - one of other-domain"):
        live.break_homes("x", lab, synthetic_homes.stock_home.cluster())


def judged(root: Path, **verdicts: str) -> list[LabOutcome]:
    """Both wrong labs, when a run writes these verdicts (LOG_08=...) and says something."""

    def command(argv: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
        run_id = next(one for one in argv if one.startswith("--run-id=")).removeprefix("--run-id=")
        by_id = {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
        judged = {name: by_id.get(name, "not-assessed") for name in (*DOMAIN.kills, "CON-01")}
        requirements = {
            name: {"verdict": verdict, "message": f"{name}\nmore", "tests": [name] * (name in by_id)}
            for name, verdict in judged.items()
        }
        if verdicts:
            (folder / "reports/out" / run_id).mkdir(parents=True)
            (folder / "reports/out" / run_id / "signoff.json").write_text(json.dumps({"requirements": requirements}))
        commands.append(list(argv))
        return 1, "first\nthe last line"

    commands: list[list[str]] = []
    found = live_trial.run(root, [DOMAIN, DUPLICATED], "r1", lambda _: None, command)
    assert "--lab-sabotage=other-domain" in commands[0]
    assert "--only=LOG-08" in commands[1]
    return found


def test_a_wrong_lab_that_fails_as_it_must_is_no_problem(tmp_path):
    first, second = judged(tmp_path, **ALL_RED)
    assert (first.problems, second.problems) == ([], [])
    assert (first.killed, second.killed) == (sorted(DOMAIN.kills), ["LOG-08"])
    assert first.run_id == "r1-1"


@pytest.mark.parametrize(("verdicts", "text"), [
    ({"UI_01": "pass"}, "other-domain does not turn UI-01 red: pass: UI-01"),
    ({"UI_01": "not-assessed"}, "other-domain does not turn UI-01 red: not-assessed: UI-01"),
    ({"UI_01": "error"}, "other-domain makes UI-01 error: UI-01"),
])  # fmt: skip
def test_what_is_not_found_is_a_problem(tmp_path, verdicts, text):
    assert judged(tmp_path, **{**ALL_RED, **verdicts})[0].problems == [text]


def test_a_run_without_a_report_is_a_problem_with_its_last_lines(tmp_path):
    (problem,) = judged(tmp_path)[0].problems
    assert problem.startswith("other-domain: no report was written (code 1):")
    assert problem.endswith("the last line")


def test_table_and_report_hold_every_verdict_also_what_was_red_beside(tmp_path):
    outcomes = judged(tmp_path, **{**ALL_RED, "CON_01": "error"})
    lines = live_trial.table(outcomes)
    assert lines[0].split() == ["sabotage", "must", "fail", "did", "red", "beside", "seconds"]
    assert "CON-01 error" in lines[1]
    first, second = live_trial.write(tmp_path / "out", outcomes).read_text().split("## dup")
    assert "| UI-01 | fail | fail | UI-01<br>more |" in first
    assert "| LOG-08 | fail | fail |" in second


def test_the_plugin_of_the_project_breaks_a_lab_by_the_name_of_a_sabotage(lab):
    before = contents(lab)
    plugin.pytest_conformance_lab_change("other-databases")(lab, synthetic_homes.stock_home.cluster())
    assert contents(lab) != before


def test_a_run_without_that_plugin_refuses_the_option(project, capfd):
    project.suite("one", '@requirement("AA-01")\ndef test_it():\n    pass\n')
    assert project.run("--lab-sabotage=other-domain") is pytest.ExitCode.USAGE_ERROR
    printed = capfd.readouterr().err
    assert "--lab-sabotage other-domain: no plugin of this run knows it - add the plugin sabotage.plugin" in printed


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """Two homes of two files each; the second's belong to someone else."""
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


@pytest.mark.parametrize(("change", "path", "expected"), [
    (edits.text("file.xml", "/d:root/d:a", "two"), "file.xml", FILE.replace("one", "two")),
    (edits.rewritten("file.xml", "//d:a", str.upper), "file.xml", FILE.replace("one", "ONE")),
    (edits.attribute("file.xml", "//d:a", "n", "2"), "file.xml", FILE.replace('"1">', '"2">')),
    (edits.child("file.xml", "/*", '<c xmlns="urn:x"/>'), "file.xml", FILE.replace("<b/>", "<b/><c/>")),
    (edits.child("file.xml", "/*", '<c xmlns="urn:x"/>', first=True), "file.xml", FILE.replace("<a", "<c/><a")),
    (edits.doubled("file.xml", "//d:b"), "file.xml", FILE.replace("<b/>", "<b/><b/>")),
    (edits.without("file.xml", "//d:b"), "file.xml", FILE.replace("<b/>", "")),
    (edits.written("file.xml", "new"), "file.xml", "new"),
    (edits.replaced("text", r"^key\s.*$", "key 2"), "text", "key 2\nkey.more two\n"),
    (edits.appended("text", "last"), "text", "key one\nkey.more two\n\nlast\n"),
    (edits.swapped("text", "key", "word"), "text", "word one\nkey.more two\n"),
])  # fmt: skip
def test_an_edit_changes_what_it_says_and_nothing_else(pair, change, path, expected):
    head = expected.partition("?>\n")[2] or expected
    assert after(pair, change, path).endswith(head)


@pytest.mark.parametrize("change", [
    edits.text("file.xml", "//d:c", "x"),
    edits.text("none.xml", "//d:a", "x"),
    edits.replaced("text", "nothing like it", "x"),
    edits.removed("none"),
    edits.matching("", "*.jar", edits.removed),
])  # fmt: skip
def test_an_edit_that_would_change_nothing_is_refused(pair, change):
    with pytest.raises(CannotBreak, match="node2"):
        after(pair, change)


@pytest.mark.parametrize("path", ["file.xml", "text", "new/file"])
def test_a_broken_pair_is_whole_again(pair, path):
    before = contents(pair.folder)
    everything = every(edits.on_both(lambda node: edits.written(path, "one", node)), edits.written(path, "two"))
    everything = every(everything, edits.removed(path))
    after(pair, every(everything, edits.written(path, "three")), path)
    assert contents(pair.folder) == before


def test_a_pair_is_whole_again_after_a_change_that_fails_half_way(pair):
    before = contents(pair.folder)
    with pytest.raises(CannotBreak):
        after(pair, every(edits.written("text", "x"), edits.removed("none")))
    assert contents(pair.folder) == before


def test_someones_files_are_never_written_into(pair, tmp_path):
    with pair.broken(edits.on_both(lambda node: edits.written("text", "x", node))):
        assert (tmp_path / "theirs/text").read_text() == "key one\nkey.more two\n"


def test_a_link_goes_with_the_breakage(pair):
    with pair.broken(lambda broken: broken.link(SECOND, "text", "nowhere")):
        assert (pair.home(SECOND) / "text").is_symlink()
    assert (pair.home(SECOND) / "text").read_text().startswith("key one")


@pytest.mark.parametrize("change", [
    lambda pair: pair.state("node2", address="x"), lambda pair: setattr(pair, "single_host", True),
])  # fmt: skip
def test_what_is_stated_of_the_nodes_is_restored(pair, change):
    stated = pair.spec, pair.single_host
    with pair.broken(change):
        assert (pair.spec, pair.single_host) != stated
    assert (pair.spec, pair.single_host) == stated


def test_what_is_broken_is_named_and_nothing_when_more_than_files_is(pair):
    assert pair.changed == frozenset()
    with pair.broken(edits.text("file.xml", "//d:a", "two")):
        assert pair.changed == {str(pair.home(SECOND) / "file.xml")}
    with pair.broken(lambda broken: broken.state(SECOND, address="x")):
        assert pair.changed is None
    assert pair.changed == frozenset()


def test_a_text_is_put_in_the_place_of_the_first_like_it(pair):
    with pytest.raises(CannotBreak, match="does not hold 'lock'"):
        after(pair, edits.swapped("text", "lock", "word"))
