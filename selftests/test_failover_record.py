"""The record of a failover: what it keeps, what it refuses to judge, what it gives to the report."""

import json

import pytest

from conformance.deadlines import PROMOTION
from conformance.disruption.failover import phase as names
from conformance.disruption.failover.phase import BY_LOG, Phase
from conformance.errors import EvidenceError
from selftests import failover_texts


def test_a_record_survives_being_recorded_and_its_summary_is_json():
    recorded = failover_texts.good()
    record = failover_texts.record(recorded)
    assert json.loads(json.dumps(record.as_json())) == recorded
    summary = record.summary()
    assert json.loads(json.dumps(summary))["events"]["during"]["accepted"] == 18
    assert all({"name", "seconds", "method", "resolution", "budget", "in_time"} <= set(p) for p in summary["phases"])
    assert not {"passages", "stored", "clocks", "clients"} & set(summary)
    assert (record.roles_text, record.problem_of_roles) == ("node1 is passive, node2 is active", "")
    swapped = failover_texts.record({**recorded, "roles_at_end": {"node1": "active", "node2": "passive"}})
    expected = "node1 is active, node2 is passive; expected node2 as active and node1 as passive"
    assert swapped.problem_of_roles == expected
    assert {"thrift", "rates", "losses", "gap", "spans", "two_active"} <= set(summary)
    assert (summary["kind"], summary["fault"]["text"]) == ("failover", str(record.fault))
    owed = {when: [hop["name"] for hop in events["hops"][:-2]] for when, events in summary["events"].items()}
    both = ["processed by node1", "processed by node2"]
    assert owed == {"before": both, "during": both[1:], "after": both[::-1]}


#: What a run of before these parts were recorded lacks, and what it is taken for.
LATER = {
    **{"clocks": {}, "settings": {}, "repairs": (), "restored": (), "survivor_exit": "", "survivor_exit_wall": None},
    **{"clients": (), "no_clients": "this run sent no events over Thrift"},
}


def test_each_part_is_kept_and_what_an_older_run_lacks_is_nothing():
    more = {"repairs": ["repaired"], "restored": ["restored"], "survivor_exit": "gone", "survivor_exit_wall": 7.0}
    record = failover_texts.good() | more | {"no_clients": "none"}
    assert json.loads(json.dumps(failover_texts.record(record).as_json())) == record
    older = failover_texts.record({name: one for name, one in record.items() if name not in LATER})
    assert {name: getattr(older, name) for name in LATER} == LATER


def test_the_summary_says_what_each_client_over_thrift_saw_if_there_were_any():
    record = failover_texts.good()
    record["clients"][0]["stored"] = [*record["clients"][0]["stored"][:10], "wire-3"]
    first, second = failover_texts.record(record).summary()["thrift"]
    seen = {"sent": 20, "taken": 20, "arrived": 10, "lost": 10, "doubled": 1, "sent_again": 0, "without_service": 1.0}
    assert first == seen | {"urls": "{tcp://a:7611|tcp://b:7611}"}
    assert (second["lost"], second["without_service"]) == (0, 0.1)
    del record["clients"], record["no_clients"]
    assert failover_texts.record(record).summary()["thrift"] == []


def not_promoted(record):
    failover_texts.set_phase(record, names.PROMOTED, None)
    record["phases"] = record["phases"][:2]


@pytest.mark.parametrize(("tamper", "asked", "why"), [
    (not_promoted, lambda record: record.phase(names.PASSIVE), r"'passive' was not reached \(promoted: never came"),
    (lambda answer: answer["passages"].update(before=None), repr, "no events from before or during the fault"),
    (lambda answer: answer["passages"].update(during=None), repr, "no events from before or during the fault"),
    (lambda answer: answer["passages"].update(after=None), lambda record: record.state_breaks_of_returned,
     "events sent after the return: was not reached"),
    (lambda answer: failover_texts.set_phase(answer, names.PROMOTED, None), lambda record: record.lost_outside,
     "failover there: the survivor was not promoted"),
    (lambda answer: answer["passages"]["during"]["texts"].update(node2={}), repr,
     "no event trace of 18 accepted events"),
    (lambda answer: answer.update(query={"before": None, "after": None, "tries": 0, "refusals": ["node1: HTTP 500"]}),
     lambda record: record.query.expected, "no rows from before the fault: node1: HTTP 500"),
])  # fmt: skip
def test_what_was_not_seen_is_no_evidence_and_the_error_says_why(tamper, asked, why):
    answer = failover_texts.good()
    tamper(answer)
    with pytest.raises(EvidenceError, match=why):
        asked(failover_texts.record(answer))


def test_a_phase_shows_seconds_method_and_budget_is_no_better_known_than_its_death_and_has_todays_name():
    text = str(Phase.reached("promoted", "fault", 30.0, BY_LOG, "wso2carbon.log:7", PROMOTION))
    assert "30.000 s after the fault (by log, to 0.001 s; wso2carbon.log:7)" in text
    assert "budget 25 s: event-processor.xml tryStateChangeInterval 15000 ms" in text
    assert Phase.reached("promoted", "fault", 0.12345, BY_LOG, "", PROMOTION).seconds == 0.123
    phase = Phase.reached("promoted", "fault", 0.4, BY_LOG, "", PROMOTION)
    assert "by log, to 0.9 s" in str(phase.since_within(0.9))
    assert phase.since_within(0.0).resolution == BY_LOG[1]
    assert Phase.missed("promoted", "fault", "not seen", PROMOTION).since_within(0.9).resolution == 0.0
    stored = Phase.missed("first event processed and put out", "fault", "none", PROMOTION).as_json()
    assert Phase.from_json(stored).name == names.EVENT_OUT


@pytest.mark.parametrize(("signal", "uncertainty"), [("SIGKILL", 0.1), ("SIGTERM", 0.0)])
def test_a_kill_is_known_to_the_proof_of_its_death_and_a_stop_to_its_signal(signal, uncertainty):
    record = failover_texts.good()
    record["fault"]["signal"] = signal
    assert failover_texts.record(record).fault.uncertainty == uncertainty
