"""A stored run is changed: its answers and nothing else; what the product always does wrong is put right."""

from pathlib import Path
from typing import Any

import pytest

from conformance.disruption.outages.record import LATE_ROWS, OutageRecord
from conformance.evidence.bundle import Bundle, open_bundle
from conformance.evidence.keep import write
from conformance.evidence.observation import Observation, fingerprint
from conformance.evidence.store import read_evidence
from sabotage import tamper
from sabotage.homes import CannotBreak
from sabotage.run_outages import both_survive, nothing_lost
from sabotage.sabotage import every
from sabotage.stored_run import StoredRun
from sabotage.tamper import Tampering
from selftests import outage_texts

ANSWERS = {
    "rows of the table": [["a", 1], ["b", 2]],
    "page": {"status": 200, "html": "<b>ALIVE</b>"},
    "log: today": "one\ntwo\nthree",
}


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    """A run in which node1 and node2 were asked all of ANSWERS in one test, and node1 refused something."""
    observations = [
        observed(f"{node}: {question}", node, question, answer)
        for node in ("node1", "node2")
        for question, answer in ANSWERS.items()
    ]
    refusal = {"error": "no answer", "type": "EvidenceError", "seen": False}
    observations.append(observed("refused", "node1", "page of a stranger", refusal, failed=True))
    write(tmp_path / "run", observations, {})
    return open_bundle(tmp_path / "run")


def observed(name: str, subject: str, question: str, answer: Any, *, failed: bool = False) -> Observation:
    return Observation(name, "suites/x::y", subject, question, answer, 1.0, 2.0, fingerprint(answer), 1, failed)


def after(bundle: Bundle, tampering: Tampering, name: str) -> Observation:
    """An observation of the changed run, of which all others are as they were."""
    run = StoredRun(bundle)
    tampering(run)
    assert run.changed == {name}
    return next(one for one in run.bundle().observations if one.id == name)


@pytest.mark.parametrize(("tampering", "name", "answer"), [
    (tamper.edited("node1", "^rows", lambda rows: rows * 2), "node1: rows of the table",
     ANSWERS["rows of the table"] * 2),
    (tamper.rows("node2", "rows", lambda row: row[0] != "a"), "node2: rows of the table", [["b", 2]]),
    (tamper.put("node1", "^page$", "status", value=500), "node1: page", {"status": 500, "html": "<b>ALIVE</b>"}),
    (tamper.put("node1", "^rows", 1, 0, value="c"), "node1: rows of the table", [["a", 1], ["c", 2]]),
    (tamper.replaced("node2", "^page$", "ALIVE", "DOWN"), "node2: page", {"status": 200, "html": "<b>DOWN</b>"}),
    (tamper.replaced("node2", "^log", "^two$", "2"), "node2: log: today", "one\n2\nthree"),
])  # fmt: skip
def test_an_answer_is_changed_and_its_sha256_fits(bundle, tampering, name, answer):
    found = after(bundle, tampering, name)
    assert (found.answer, found.sha256, found.failed) == (answer, fingerprint(answer), False)


@pytest.mark.parametrize(("make", "seen"), [(tamper.broke, False), (tamper.never_came, True)])
def test_an_answer_is_made_a_failure(bundle, make, seen):
    found = after(bundle, make("node1", "^page$", "it is away"), "node1: page")
    assert (found.failed, found.answer["error"], found.answer["seen"]) == (True, "it is away", seen)


def test_an_observation_is_forgotten(bundle):
    run = StoredRun(bundle)
    tamper.forgotten("node2", "^page$")(run)
    assert "node2: page" not in [one.id for one in run.bundle().observations]
    assert run.changed == {"node2: page"}


def test_the_healthy_run_stays_as_it_is(bundle):
    before = [one.sha256 for one in bundle.observations]
    every(tamper.rows(".*", "rows", lambda _: False), tamper.forgotten(".*", "^page$"))(StoredRun(bundle))
    assert [one.sha256 for one in bundle.observations] == before


@pytest.mark.parametrize("tampering", [
    tamper.put("node3", "^page$", "status", value=500),
    tamper.put("node1", "^page$", "status", value=200),
    tamper.put("node1", "^page$", "status", value=500, scope="suites/other.*"),
    tamper.replaced(".*", "^log", "four", "4"),
    tamper.edited("node1", "page of a stranger", lambda answer: {**answer, "error": "x"}),
    tamper.broke("node1", "nothing like it", "x"),
    tamper.forgotten("node", "^page$"),
])  # fmt: skip
def test_a_tampering_that_would_change_nothing_is_refused(bundle, tampering):
    with pytest.raises(CannotBreak, match="the stored run"):
        tampering(StoredRun(bundle))


def test_a_changed_run_is_a_whole_one_to_who_reads_it(bundle, tmp_path):
    run = StoredRun(bundle)
    tamper.replaced("node1", "^page$", "ALIVE", "DOWN")(run)
    write(tmp_path / "changed", run.bundle().observations, {})
    assert read_evidence(tmp_path / "changed/evidence")[1].answer["html"] == "<b>DOWN</b>"


def test_what_was_never_asked_can_be_put_in(bundle):
    run = StoredRun(bundle)
    run.put("node1", "file x", "text")
    (found,) = run.find(lambda one: one.question == "file x")
    assert (found.key, found.answer) == (("", "node1", "file x", 1), "text")
    assert run.changed == {found.id}


def stored(record: dict[str, Any], folder: Path, late: list[str] | None = None) -> StoredRun:
    """A run of one outage; `late` are the rows of a later count, if there was one."""
    question = f"outage {record['name']}"
    observations = [Observation("o-1", "suites/x::y", "cluster", question, record, 1.0, 2.0, fingerprint(record), 1)]
    if late is not None:
        name = f"{LATE_ROWS}{record['name']}"
        observations.append(Observation("o-2", "suites/x::y", "cluster", name, late, 3.0, 4.0, fingerprint(late), 1))
    write(folder / "run", observations, {})
    return StoredRun(open_bundle(folder / "run"))


@pytest.mark.parametrize(("name", "late"), [("database refused", None), ("database silent", 25)])
def test_lost_events_get_their_rows_also_those_that_a_later_count_left_out(tmp_path, name, late):
    record = outage_texts.good(name) | {"rows_open": late is not None}
    every, record["flow"]["stored"] = record["flow"]["stored"], record["flow"]["stored"][:20]
    assert OutageRecord.from_json(record | {"rows_open": False}).not_stored
    run = stored(record, tmp_path, late=every[:late] if late else None)
    nothing_lost(name)(run)
    fixed = OutageRecord.from_json(run.bundle().observations[0].answer)
    assert (fixed.rows_open, fixed.not_stored) == (False, "")
    assert fixed.flow
    assert len(fixed.flow.stored) == len(set(fixed.flow.stored))


@pytest.mark.parametrize(("fix", "name"), [
    (nothing_lost("database refused"), "database refused"), (both_survive, "partition with a short heartbeat"),
])  # fmt: skip
def test_a_run_without_the_products_fault_is_left_alone(tmp_path, fix, name):
    with pytest.raises(CannotBreak, match="would stay as it is"):
        fix(stored(outage_texts.good(name), tmp_path))


def test_a_refused_event_gets_no_row(tmp_path):
    record = outage_texts.good("database refused")
    record["flow"]["batch"][30] |= {"status": 0, "problem": "no answer"}
    record["flow"]["stored"] = record["flow"]["stored"][:20]
    run = stored(record, tmp_path)
    nothing_lost("database refused")(run)
    assert record["flow"]["batch"][30]["id"] not in run.bundle().observations[0].answer["flow"]["stored"]


def both_down() -> dict[str, Any]:
    record = outage_texts.good("partition with a short heartbeat")
    for node in record["nodes"].values():
        node["pid_after"] = None
    return record


def test_both_nodes_live_through_a_partition(tmp_path):
    run = stored(both_down(), tmp_path)
    both_survive(run)
    repaired = OutageRecord.from_json(run.bundle().observations[0].answer)
    assert (OutageRecord.from_json(both_down()).active, repaired.active, repaired.died) == ([], ["node1"], [])
