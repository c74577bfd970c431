"""The outage suite on hand-written records: what it accepts; what breaks it is in sabotage/run_outages.py."""

import inspect
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.disruption.outages.record import OutageRecord
from conformance.errors import EvidenceError
from selftests import outage_texts, suite_runner
from selftests.fake_node import FakeAccess
from suites import test_outages as suite

Tamper = Callable[[dict[str, Any]], None]
#: What the tests of the suite ask for, but nodes.
TESTS = [one for name, one in vars(suite).items() if name.startswith("test_")]
ARGUMENTS = [one for test in TESTS for one in inspect.signature(test).parameters.values()]
NOUNS = tuple(dict.fromkeys(one.name for one in ARGUMENTS if one.annotation == "Outage"))
TOGETHER, IN_TURN = "started together (node1: waits)", "started one after the other"


def failing(noun: str, tamper: Tamper) -> dict[str, str]:
    """Requirement ids that fail, with their first messages, when the record of one noun is changed."""
    recorded = {name: outage_texts.good(name) for name in NOUNS}
    tamper(recorded[noun])
    records = {name: OutageRecord.from_json(one) for name, one in recorded.items()}
    nouns: dict[str, Any] = {name: SimpleNamespace(record=one, counted=one) for name, one in records.items()}
    nouns |= {"first_node": FakeAccess("node1"), "second_node": FakeAccess("node2")}
    return suite_runner.first_failures(suite, nouns)


@pytest.mark.parametrize("tried", [50, 49])
@pytest.mark.parametrize(
    ("noun", "requirement"), [("database_outage", "FO-13"), ("partition", "FO-11"), ("noticed_partition", "FO-11")]
)
def test_a_verdict_on_events_needs_fifty_of_them(tried, noun, requirement):
    def fewer(record: dict[str, Any]) -> None:
        for event in record["flow"]["batch"]:
            event["at_wall"] = record["fault_wall"] + (1 if event["seq"] < tried else -1)

    expected = {requirement: "only 49 events were accepted"} if tried < suite.ENOUGH else {}
    found = failing(noun, fewer)
    assert {name: text[:28] for name, text in found.items()} == expected


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_console_without_an_answer_is_no_evidence_of_lost_rows(when):
    record = outage_texts.good("restart of both")
    record["rows"][when], record["no_rows"][when] = [], "node1: no answer within 30 s"
    with pytest.raises(EvidenceError, match=f"the console gave no rows {when} it: node1: no answer within 30 s"):
        OutageRecord.from_json(record).console_rows(when)


@pytest.mark.parametrize("noun", NOUNS)
def test_a_good_outage_passes(noun):
    assert failing(noun, lambda expected: None) == {}


@pytest.mark.parametrize(("how", "active", "problem"), [
    (TOGETHER, "node1", ""),
    (TOGETHER, "node2", ""),
    (TOGETHER, "none", "node1 is passive, node2 is passive; expected one active and one passive node"),
    (IN_TURN, "node1", ""),
    (IN_TURN, "node2",
     "node1 is passive, node2 is active; expected node1 active and node2 passive, as they were started"),
])  # fmt: skip
def test_one_node_is_active_after_a_restart_of_both_and_the_first_of_those_started_in_turn(how, active, problem):
    record = outage_texts.good()
    record["healing"] = f"{how}: node1 ready after 20.0 s, node2 ready after 20.0 s"
    for name, node in record["nodes"].items():
        role = "active" if name == active else "passive"
        node |= {"role_healed": role, "role_after": role}
    found = OutageRecord.from_json(record).problem_of_restarted_roles("node1", "node2")
    assert problem in found
    assert bool(found) == bool(problem)


def test_a_record_survives_being_recorded():
    more = {"repairs": ["repaired"], "restored": ["restored"], "gave_up": ["Spark"], "rows_open": True}
    answer = outage_texts.good() | more | {"no_rows": {"before": "why", "after": ""}}
    record = OutageRecord.from_json(answer)
    assert json.loads(json.dumps(record.as_json())) == answer
    summary = record.summary()
    assert not {"flow", "stored", "rows_open", "no_rows"} & set(summary)
    assert {"phases", "spans", "two_active", "losses", "events", "rates"} <= set(summary)
    assert (summary["kind"], summary["fault"]) == ("outage", {"text": record.fault, "at_wall": record.fault_wall})
    older = {name: one for name, one in answer.items() if name not in {*more, "settings", "no_rows"} | {"repairs"}}
    older["repairs"] = []
    record = OutageRecord.from_json(older)
    assert (record.restored, record.gave_up, record.settings) == ((), (), {})
    assert (record.rows_open, record.no_rows) == (False, {})


def test_an_outage_without_load_lost_no_event_of_it():
    record = OutageRecord.from_json(outage_texts.good() | {"flow": None})
    assert (record.not_stored, record.wrong_outside, record.accepted_during) == ("", [], 0)


@pytest.mark.parametrize(("before", "after", "changed"), [("a", "a", 0), ("a", "b", 1), ("a", "", 1), ("", "", 1)])
def test_an_id_that_is_another_one_or_none_is_changed(before, after, changed):
    recorded = outage_texts.good()
    recorded["nodes"]["node2"] |= {"id_before": before, "id_after": after}
    found = OutageRecord.from_json(recorded).changed_ids
    assert found == [f"node2: my-node-id.dat held {before!r} before, {after or 'nothing'!r} after"] * changed


@pytest.mark.parametrize(
    ("node", "status", "seconds", "end"), [("node1", 200, 2.0, 7.0), ("node1", 503, 2.0, 0.0), ("node2", 200, 2.0, 0.0)]
)
def test_a_node_that_ended_was_active_until_its_last_answer(node, status, seconds, end):
    record = outage_texts.good()
    record["nodes"]["node1"]["pid_after"] = None
    (event,) = record["flow"]["batch"][:] = record["flow"]["batch"][:1]
    event |= {"node": node, "status": status, "seconds": seconds, "at_wall": outage_texts.FAULT + 5}
    (span,) = OutageRecord.from_json(record).spans
    assert (span.node, span.end) == ("node1", outage_texts.FAULT + end)


def test_two_actives_are_reported_with_their_time_up_to_the_last_answer_of_one_and_not_of_the_repair():
    recorded = outage_texts.good()
    recorded["changes"].append({**recorded["changes"][0], "node": "node2", "at_wall": recorded["settled_wall"] - 0.2})
    assert "both nodes were active for 200 ms" in OutageRecord.from_json(recorded).summary()["two_active"][0]
    recorded = outage_texts.good()
    noticed(recorded)
    recorded["changes"].append(outage_texts.change("node1", "active", recorded["ended_wall"] - 1))
    (both,) = OutageRecord.from_json(recorded).two_active
    assert both.seconds == 3.0


def noticed(record: dict[str, Any]) -> None:
    """As it is: node 2 took over while cut; after the merge node 1 took itself down, and node 2 took over again."""
    record["nodes"]["node1"] |= {"pid_after": None, "role_healed": "none"}
    record["nodes"]["node2"] |= {"role_healed": "active"}
    took_over = [outage_texts.change("node2", "active", outage_texts.FAULT + at) for at in (3.0, 7.0)]
    record["changes"] += [took_over[0], outage_texts.change("node2", "passive", outage_texts.FAULT + 6.0), took_over[1]]


def merged(record: dict[str, Any]) -> None:
    """As it should be: node 2 took over while cut, and became passive when both had merged."""
    took_over = outage_texts.change("node2", "active", outage_texts.FAULT + 3.0)
    record["changes"] += [took_over, outage_texts.change("node2", "passive", outage_texts.FAULT + 20.0)]


def test_a_node_that_takes_itself_down_and_an_event_lost_after_the_switches_fail_a_noticed_partition():
    def lost(record: dict[str, Any]) -> None:
        merged(record)
        record["flow"]["batch"][40]["at_wall"] += 10
        record["flow"]["stored"].remove("run-00040")

    def twice(record: dict[str, Any]) -> None:
        record["stored"]["after"] += ["run-00040", "run-00041"]

    found = failing("noticed_partition", noticed)
    assert set(found) == {"FO-11"}
    assert "node1: process 11 before, none after; expected that both nodes live through it" in found["FO-11"]
    record = failing("noticed_partition", twice)["FO-11"]
    assert "2 events were stored more than once, first run-00040; sent while" in record
    assert "first run-00040); sent while no role changed" in failing("noticed_partition", lost)["FO-11"]


@pytest.mark.parametrize(("number", "at"), [(7, 1.5), (7, 6.5), (45, 19.5), (45, 20.5)])
@pytest.mark.parametrize("copies", [0, 2])
def test_events_around_a_change_of_role_are_no_fault_of_a_noticed_partition(number, at, copies):
    def allowed(record: dict[str, Any]) -> None:
        merged(record)
        event = record["flow"]["batch"][number]
        event["at_wall"] = outage_texts.FAULT + at
        for stored in (record["flow"]["stored"], record["stored"]["after"]):
            stored[:] = [one for one in stored if one != event["id"]] + [event["id"]] * copies

    assert failing("noticed_partition", allowed) == {}


def test_a_record_of_before_the_roles_were_kept_shows_them_by_its_changes():
    recorded = outage_texts.good()
    noticed(recorded)
    del recorded["settled_wall"], recorded["masters"]
    for node in recorded["nodes"].values():
        del node["role_healed"]
    record = OutageRecord.from_json(recorded)
    assert (record.active, record.roles_text) == (["node2"], "node1 does not run, node2 is active")
