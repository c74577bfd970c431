"""What a run was answered about its homes changes as if the homes themselves had been changed."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from conformance.deployment import description
from conformance.evidence.bundle import open_bundle
from conformance.evidence.keep import write
from conformance.evidence.observation import Observation, fingerprint
from conformance.node import server_start
from conformance.node.home.start_options import StartOptions
from conformance.node.log.follower import LOG_PATH
from conformance.targets.replay import ReplayDeployment
from sabotage import edits
from sabotage.homes import CannotBreak
from sabotage.stock_home import cluster
from sabotage.stored_homes import StoredHomes
from sabotage.stored_run import StoredRun

XML = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<root><a>ä</a></root>'
LIB = "repository/components/lib"
ANSWERS = {
    "file conf/a.xml": XML,
    "file conf/one.conf": "key 1\n",
    "presence of conf/one.conf": True,
    "names in apps": ["one.car"],
    "SHA-256 of the files in apps": {"one.car": "aa"},
    f"names in {LIB}": ["driver.jar"],
    f"driver classes of the jars in {LIB}": {"driver.jar": {"classes": ["x.Driver"]}},
    f"start log: {LOG_PATH}": "first\nlast\n",
    "log ends with a whole line": True,
}


class Described:
    """A deployment to be described."""

    spec, capabilities, single_host, started_here, remedies = cluster(), (), False, True, {}


@pytest.fixture
def homes(tmp_path: Path) -> StoredHomes:
    """Both homes of a run that got ANSWERS from each node."""
    deployment = description.describe(Described(), "fake")  # type: ignore[arg-type]
    answers = [("cluster", description.QUESTION, deployment)]
    answers += [(node, question, answer) for node in ("node1", "node2") for question, answer in ANSWERS.items()]
    observations = [Observation(f"o-{n}", "", *one, 1.0, 2.0, fingerprint(one[2])) for n, one in enumerate(answers)]
    write(tmp_path / "run", observations, {})
    return StoredHomes(StoredRun(open_bundle(tmp_path / "run")))


def answer(homes: StoredHomes, question: str, node: str = "node2") -> Any:
    (found,) = homes.run.find(lambda one: one.key == ("", node, question, 1))
    return found.answer


def test_a_file_is_read_and_written_in_its_own_encoding(homes):
    assert homes.read("node2", "conf/a.xml") == XML.encode("latin-1")
    edits.text("conf/a.xml", "//a", "öl")(homes)
    assert "<a>öl</a>" in answer(homes, "file conf/a.xml")
    assert answer(homes, "file conf/a.xml", "node1") == XML


def test_a_new_file_is_seen_by_every_question_about_it(homes):
    edits.written("apps/two.car", b"more")(homes)
    digest = hashlib.sha256(b"more").hexdigest()
    assert answer(homes, "names in apps") == ["one.car", "two.car"]
    assert answer(homes, "SHA-256 of the files in apps") == {"one.car": "aa", "two.car": digest}
    assert answer(homes, "presence of apps/two.car") is True
    assert "cannot be opened" in answer(homes, "event receivers in apps/two.car")["problem"]


def test_a_new_folder_is_seen_where_the_run_looked(homes):
    edits.written("apps/new/inner/two.txt", b"more")(homes)
    edits.written("elsewhere/new/two.txt", b"more")(homes)
    assert answer(homes, "names in apps/new/inner") == ["two.txt"]
    assert answer(homes, "names in apps") == ["new", "one.car"]
    assert not homes.run.find(lambda one: one.question == "names in elsewhere")


def test_a_new_start_script_counts_although_the_server_ran_with_another(homes):
    homes.run.put("node2", server_start.QUESTION, ["-Xmx1g"])
    edits.written(StartOptions.PATH, "-Xmx2g")(homes)
    assert answer(homes, server_start.QUESTION) is None


def test_texts_are_edited_and_another_jar_holds_no_driver(homes):
    edits.replaced("conf/one.conf", "^key .*$", "key 2")(homes)
    edits.copied("conf/one.conf")(homes)
    edits.written(f"{LIB}/driver.jar", b"PK")(homes)
    assert answer(homes, "file conf/one.conf") == "key 1\n"
    assert answer(homes, f"driver classes of the jars in {LIB}")["driver.jar"]["classes"] == []


def test_a_file_that_is_gone_is_gone_for_every_question(homes):
    edits.removed("conf/one.conf")(homes)
    edits.matching(LIB, "*.jar", edits.removed)(homes)
    assert answer(homes, "presence of conf/one.conf") is False
    assert "No such file" in answer(homes, "file conf/one.conf")["error"]
    assert answer(homes, f"names in {LIB}") == []
    assert answer(homes, f"driver classes of the jars in {LIB}") == {}


def test_the_log_is_that_of_the_start(homes):
    homes.write("node2", LOG_PATH, homes.read("node2", LOG_PATH)[:-1])
    assert answer(homes, f"start log: {LOG_PATH}") == "first\nlast"
    assert answer(homes, "log ends with a whole line") is False
    edits.removed(LOG_PATH)(homes)
    assert "No such file" in answer(homes, "log ends with a whole line")["error"]


def test_what_is_stated_of_the_nodes_changes_in_the_replay(homes):
    homes.state("node2", home=Path("/elsewhere"), other_names=("x",))
    homes.single_host = True
    deployment = ReplayDeployment(homes.run.bundle())
    first, second = deployment.spec.nodes
    assert (second.home, second.other_names, first.home) == (Path("/elsewhere"), ("x",), Path("/das"))
    assert (deployment.single_host, homes.single_host) == (True, True)


@pytest.mark.parametrize("change", [
    edits.text("conf/none.xml", "//a", "x"),
    edits.replaced("conf/one.conf", "nothing", "x"),
    edits.removed("conf/none"),
    edits.matching("none", "*.car", edits.removed),
])  # fmt: skip
def test_what_the_run_was_not_asked_about_cannot_be_changed(homes, change):
    with pytest.raises(CannotBreak, match="node2"):
        change(homes)
