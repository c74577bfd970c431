"""A repair round by round: what is judged again, what is asked, what its drafts are to their readers."""

import hashlib
from pathlib import Path

import pytest

from conformance.evidence.redaction import Redactor
from conformance.evidence.witness import Witness
from conformance.judgement.verdict import RequirementResult, Verdict
from conformance.repair import undecided, workout
from conformance.repair.bench import Bench
from conformance.repair.desk import Remedy
from conformance.repair.draft import Replacement
from conformance.repair.outcome import Outcome
from conformance.repair.overlay import DraftedDeployment
from conformance.targets.snapshot.deployment import SnapshotDeployment
from selftests.home_paths import AXIS2, CARBON, EVENT_PROCESSOR, SCRIPT, SPARK
from selftests.test_repair import NODES
from selftests.test_repair_bench import KNOWN, bench, change, results, stock_pair, worked


@pytest.fixture
def pair(tmp_path: Path) -> Path:
    return stock_pair(tmp_path)


@pytest.mark.parametrize(("before", "found", "repaired", "left"), [
    ((), [], [], []),
    (("SPK-03",), [], [], ["SPK-03"]),
    (("CLU-02",), [()], ["CLU-02"], []),
    (("CLU-02",), [("CLU-02",)], [], ["CLU-02"]),
    (("CLU-02",), [("CLU-01",), ()], ["CLU-02"], []),
    (("CLU-02",), [("CLU-01",), ("SPK-01",), ("SPK-02",), ("CLU-07",)], ["CLU-02"], ["CLU-07"]),
])  # fmt: skip
def test_it_is_judged_again_as_long_as_something_is_changed_and_more_fails(pair, before, found, repaired, left):
    """`found`: what fails each time."""
    judged: list[bytes] = []

    def judge(drafted: DraftedDeployment) -> dict[str, RequirementResult]:
        judged.append(drafted.nodes[0].read(AXIS2))
        return {**results(Verdict.PASS, *before), **results(Verdict.FAIL, *found[len(judged) - 1])}

    outcome = workout.work_out(bench(pair), results(Verdict.FAIL, *before), judge, KNOWN)
    assert (len(judged), outcome.repaired, outcome.left, outcome.problems) == (len(found), repaired, left, ())
    assert [b'"membershipScheme">wka<' in one for one in judged] == [True] * len(found)
    assert [one.requirements for one in outcome.questions if one.requirements] == [(one,) for one in left]


def test_a_remedy_that_breaks_costs_nothing_but_itself(pair, monkeypatch):
    remedies = (Remedy("CLU-02", lambda at: at.bench.nodes[7] and None), *workout.REMEDIES)
    monkeypatch.setattr(workout, "REMEDIES", remedies)
    broken = results(Verdict.FAIL, "CLU-02")
    outcome = workout.work_out(bench(pair), broken, lambda _: results(Verdict.PASS, "CLU-02"), KNOWN)
    why = "IndexError('tuple index out of range') - report it, the suite is at fault"
    assert outcome.problems == tuple(f"CLU-02 of {name}: {why}" for name in NODES)
    assert outcome.repaired == ["CLU-02"]


def test_drafts_are_read_like_files_and_the_sign_off_holds_their_changes(pair):
    change(pair / "node2" / SPARK, lambda _: "# one\ncarbon.spark.master.count 1")
    work, _ = worked(pair, "SPK-02")
    outcome, new, folder = Outcome({}, {}, work.drafts, ()), "carbon.spark.master.count 2", SPARK.rpartition("/")[0]
    first, second = (patch["changes"] for patch in outcome.as_json()["patches"])
    replaced = {"removed": 1, "to_the_end": False, "requirements": ["SPK-02"]}
    assert first == [{"path": SPARK, "requirements": ["SPK-02"], "replacements": [
        {**replaced, "line": 3, "text": "carbon.spark.master.count  2\n"}]}]  # fmt: skip
    assert second[0]["replacements"] == [{**replaced, "line": 2, "text": new, "to_the_end": True}]
    assert outcome.files == {f"repair/{name}.patch": outcome.patches[name] for name in NODES}
    named = Replacement(0, 1, (b"M\xfcller",), frozenset(("B", "A"))).as_json()
    assert (named["text"], named["requirements"]) == ("Müller", ["A", "B"])
    node, plain = work.deployment.nodes[1], (pair / "node2" / AXIS2).read_bytes()
    assert (node.read_from(SPARK, 8, 3), node.read_from(SPARK, 31), node.size(SPARK)) == (b"rbo", b" 2", len(new) + 6)
    assert (node.read_from(AXIS2, 2, 3), node.size(AXIS2)) == (plain[2:5], len(plain))
    assert node.digests(folder) == {SPARK.rpartition("/")[2]: hashlib.sha256(f"# one\n{new}".encode()).hexdigest()}
    assert node.digests(AXIS2.rpartition("/")[0]) == {AXIS2.rpartition("/")[2]: hashlib.sha256(plain).hexdigest()}


@pytest.mark.parametrize(("subject", "question", "again"), [
    ("node1", f"file {SPARK}", True),
    ("node1", f"SHA-256 of the files in {SPARK.rpartition('/')[0]}", True),
    ("node1", f"file {AXIS2}", False),
    ("node2", f"file {SPARK}", False),
])  # fmt: skip
def test_what_the_run_saw_is_asked_again_where_a_draft_changes_it(pair, subject, question, again):
    seen = Witness.silent()
    seen.ask(subject, question, lambda: "before")
    work = Bench(SnapshotDeployment(pair), Redactor(), seen=seen)
    work.edit("node1", SPARK, ["SPK-02"], lambda content: content + b"#")
    assert work.witness().ask(subject, question, lambda: "now") == ("now" if again else "before")


@pytest.mark.parametrize(("requirement", "word", "begins"), [
    ("PRE-01", "", "Has each host memory"), ("PRE-02", "carbon.xml", "Which product"), ("PRE-02", "", "Which bundles"),
    ("UM-01", "userstores", "Is the user store"), ("UM-01", "", "How is it to be: "), ("NID-01", "", "Which id has"),
    ("SPK-02", "disableAnalytics", "Is this node meant"), ("SPK-02", "", "How is it to be: "),
    ("NID-02", "", "Which of the two nodes"), ("DEP-01", "carbon.xml", "Do both nodes get"),
    ("DEP-01", "", "Which C-Apps"), ("DEP-02", "", "Which streams"), ("EP-10", "", "Do the clients"),
    ("OPS-01", "lacks", "Where is the product's own"), ("OPS-01", "", "Which queries"), ("OPS-05", "", "Which quorum"),
    ("OPS-03", "hazelcast.xml", "Is hazelcast.xml meant"), ("OPS-03", "", "Which settings of Hazelcast"),
    ("OPS-06", "DataSource", "Which database do both"), ("OPS-06", "", "Why is no state saved"),
    ("OPS-08", "", "By which address"), ("OPS-10", "", "Is the patch meant"), ("DB-01", "", "copy the MySQL Conn"),
])  # fmt: skip
def test_what_no_remedy_asks_is_asked_by_the_words_of_the_message(requirement, word, begins):
    question = undecided.question(KNOWN[requirement], f"node1: {word} found, expected")
    assert question.text.startswith(begins)
    assert question.answer
    assert (question.requirements, question.decides) == ((requirement,), requirement != "DB-01")


def test_a_stated_presenter_shows_the_dashboards(pair):
    change(pair / "topology.toml", lambda text: f'presenter = "node1"\n{text}')
    off, on = (f'<presenter enable="{enabled}"' for enabled in ("false", "true"))
    change(pair / "node2" / EVENT_PROCESSOR, lambda text: text.replace(off, on))
    work, questions = worked(pair, "EP-05")
    assert [b'<presenter enable="true"' in work.drafts[name, EVENT_PROCESSOR].after for name in NODES] == [True, False]
    assert "dashboards" not in questions


def test_what_a_patch_gives_is_asked_for_once_with_all_its_places(pair):
    questions = worked(pair, "DS-01", "DS-02", "DS-04", "UM-01", "PRE-01")[1].splitlines()
    assert [one for one in questions if "password" in one] == [
        "Which is the password of the account 'das'? - write it into "
        "repository/conf/datasources/master-datasources.xml of node1 and node2: WSO2UM_DB, WSO2REG_DB; "
        "repository/conf/datasources/analytics-datasources.xml of node1 and node2: "
        "WSO2_ANALYTICS_EVENT_STORE_DB, WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB"
    ]
    assert [one[:20] for one in questions if "memory" in one] == ["Has each host memory"] * 2
    assert "memory" not in worked(pair, "SPK-02", "DS-04")[1]


@pytest.mark.parametrize(("path", "old", "new", "attribute", "value"), [
    (AXIS2, "4000</parameter>", "4007</parameter>", "hazelcast_port", 4007),
    (EVENT_PROCESSOR, "0.0.0.0", "203.0.113.7", "address", "203.0.113.7"),
    (CARBON, "<Offset>0<", "<Offset>7<", "offset", 7),
    (SCRIPT, "java ", "java -DportOffset=7 org.wso2.carbon.bootstrap.Bootstrap ", "offset", 7),
])  # fmt: skip
def test_a_node_is_what_its_changed_files_claim(pair, path, old, new, attribute, value):
    (pair / "topology.toml").unlink()
    work = bench(pair)
    assert getattr(work.nodes[0].access.spec, attribute) != value
    work.edit("node1", path, ["CLU-05"], lambda content: content.replace(old.encode(), new.encode()))
    assert getattr(work.nodes[0].access.spec, attribute) == value


@pytest.mark.parametrize(("more", "patched"), [(0, True), (1, False)])
def test_a_file_that_is_too_large_is_left_to_the_operator(pair, monkeypatch, more, patched):
    change(pair / "node1" / SPARK, lambda text: text.ljust(2048 + more, "#"))
    monkeypatch.setattr("conformance.repair.bench.LARGEST", 2048)
    work, questions = worked(pair, "SPK-02")
    assert (("node1", SPARK) in work.drafts) is patched
    left = f"node1 {SPARK}: write carbon.spark.master.count 2 - is larger than the 2 KiB of a file that is patched"
    assert (left in questions) is not patched
