"""The record of a failover: what it keeps, refuses to judge and gives to the report; the plan's window over it."""

import json
from types import SimpleNamespace

import pytest

from conformance.deadlines import PROMOTION
from conformance.disruption.failover import phase as names
from conformance.disruption.failover.phase import BY_LOG, Phase
from conformance.disruption.failover.state import _first, _follows, _took_before, in_plan_order, window_breaks
from conformance.errors import EvidenceError
from conformance.events import traces
from selftests import event_texts, failover_texts

#: Events that a node took while it refused the ones between: the last two swapped, and 86 has the value of 126.
SPARSE = [40, 42, 44, 46, 48, 86, 88, 90, 92, 94, 124, 126]
#: The values of the first ones come again from 40 on, and the node took them in another order than they were sent.
AGAIN = [0, 1, 5, 6, 7, 8, 2, 3, 4, 9, *range(40, 52)]
#: What a run of before these parts were recorded lacks, and what it is taken for.
LATER = {
    **{"clocks": {}, "settings": {}, "repairs": (), "restored": (), "survivor_exit": "", "survivor_exit_wall": None},
    **{"clients": (), "no_clients": "this run sent no events over Thrift"},
}


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


@pytest.mark.parametrize(
    ("most", "too_many", "signal", "unsure"), [(3, 0, "SIGKILL", 0.1), (2, 1, "SIGKILL", 0.1), (2, 1, "SIGTERM", 0.05)]
)
def test_as_many_events_may_be_lost_as_the_switch_explains(monkeypatch, most, too_many, signal, unsure):
    pauses: list[float] = []
    monkeypatch.setattr("conformance.disruption.failover.record.most_lost", lambda one: pauses.append(one) or most)
    answer = failover_texts.good()
    answer["fault"]["signal"] = signal
    del answer["passages"]["during"]["stored"][:3]
    record = failover_texts.record(answer)
    assert len(record.lost_too_many) == too_many
    assert pauses == [pytest.approx(record.gap + unsure)]


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


def test_phases_have_the_names_that_stored_runs_and_readers_of_reports_know():
    assert [one for name, one in vars(names).items() if name.isupper() and isinstance(one, str)] == [
        *("member lost", "promoted", "first event accepted", "first event processed and emitted"),
        *("Spark master ALIVE", "worker and application back", "first query answered", "node back", "passive"),
        *("snapshot received", "state synced", "Spark worker of the returned node"),
    ]


def answers(text: str):
    return traces.answered(text, "trace.log")


def test_a_window_that_continues_or_is_not_known_yet_has_no_break():
    text = event_texts.passed(range(12, 24), before=range(12))
    assert window_breaks(range(12), answers(text)) == []
    assert window_breaks([], answers(event_texts.passed(range(5, 9), before=range(5)))) == []
    assert window_breaks([], answers(event_texts.passed(range(5, 15)))) == []


def test_a_window_that_began_again_is_reported_with_the_missing_events():
    text = event_texts.passed(range(12, 14))
    first, _ = window_breaks(range(12), answers(text))
    assert "event run-00012: found sum 4096 over 1 events, expected 8184 over 10 (events 3 to 12)" in first
    assert "missing from the window: 3, 4, 5, 6, 7, 8, 9, 10, 11" in first


def test_a_single_hole_is_named_and_an_event_counted_twice_is_a_break():
    text = event_texts.passed([12], before=[*range(7), *range(8, 12)])
    (problem,) = window_breaks(range(12), answers(text))
    assert "missing from the window: 7" in problem
    text = event_texts.passed([12], before=[*range(11), 11, 11])
    assert len(window_breaks(range(12), answers(text))) == 1


def test_answers_written_down_out_of_turn_are_no_break_but_one_that_is_missing_is():
    took = [event_texts.passed([seq], before=range(seq)) for seq in range(12, 24)]
    written = [*took[:3], took[5], took[3], took[4], *took[7:5:-1], *took[8:]]
    assert window_breaks(range(12), answers("".join(written))) == []
    text = event_texts.passed([12], before=range(12)) + event_texts.passed([14], before=range(14))
    (message,) = window_breaks(range(12), answers(text))
    assert "event run-00014" in message
    assert "missing from the window: 4" in message


def taken(seqs: list[int]) -> list[str]:
    return [event_texts.passed([seq], before=seqs[:number]) for number, seq in enumerate(seqs)]


def test_answers_out_of_turn_are_no_break_where_the_window_spans_more_than_the_values_but_a_lost_event_is():
    texts = taken(SPARSE)
    written = [*texts[9:-2], texts[-1], texts[-2]]
    assert window_breaks(SPARSE[:9], answers("".join(written))) == []
    texts = taken([*SPARSE[:-2], *SPARSE[-1:]])
    passed = event_texts.passed([124], before=SPARSE[:8])
    found = window_breaks(SPARSE[:9], answers("".join([*texts[9:-1], passed, texts[-1]])))
    assert "event run-00124" in found[0]


def test_two_events_of_one_value_in_a_window_turn_no_order_round():
    written = taken(AGAIN)[10:]
    assert [one.seq for one in in_plan_order(answers("".join(written)))] == AGAIN[10:]


@pytest.mark.parametrize("at", range(10, len(AGAIN) - 1))
def test_answers_out_of_turn_are_put_right_there_too_and_which_came_first_is_known_by_the_events_before(at):
    written = taken(AGAIN)
    written[at : at + 2] = reversed(written[at : at + 2])
    assert window_breaks(AGAIN[:at], answers("".join(written[at:]))) == []
    # 40 to 42 replace events of their own values: no sum shows which of them came first.
    if at >= 12:
        assert [one.seq for one in in_plan_order(answers("".join(written[9:])))] == AGAIN[9:]


@pytest.mark.parametrize(("total", "follows"), [(14, True), (12, True), (10, True), (8, False), (15, False)])
def test_an_answer_follows_another_by_its_own_event_and_at_most_one_that_leaves(total, follows):
    assert _follows(SimpleNamespace(total=total, seq=3), SimpleNamespace(total=6)) is follows


def test_an_answer_that_hides_an_event_shows_no_order():
    shown, hiding = SimpleNamespace(total=1, events=1, seq=0), SimpleNamespace(total=3, events=3, seq=1)
    assert not _took_before(shown, hiding)
    assert not _took_before(hiding, SimpleNamespace(total=14, events=3, seq=3))


@pytest.mark.parametrize(("place", "taken"), [(1, 1), (3, 3), (4, 0)])
def test_four_answers_may_stand_in_another_order(place, taken):
    assert _first(range(9), lambda one: one == place) == taken
