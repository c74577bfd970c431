"""Bounds that decide a verdict, on both sides and on the bound itself."""

from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.database.server import ServerError
from conformance.deadlines import EVENT_IN_FLIGHT, SERVING_PAUSE
from conformance.disruption.failover import record as failover_record
from conformance.disruption.failover.budgets import patient
from conformance.disruption.failover.phase import BY_LOG, PROMOTED, Phase
from conformance.disruption.faults import slow_network
from conformance.disruption.faults.fault import is_answer, is_silence
from conformance.disruption.outages.record import OutageRecord
from conformance.errors import EvidenceError
from conformance.events.batch import SentEvent
from conformance.events.event_trace import EventTrace
from conformance.events.loss import Window, longest_gap
from conformance.judgement.located import Located
from conformance.node.clock import DRIFT, NodeClock
from conformance.node.home import event_processor
from conformance.node.log import tolerated_errors
from conformance.node.log.event import event_of
from conformance.node.log.roles import ActiveSpan, Role, RoleChange, active_spans, overlaps
from conformance.node.log.tolerated_errors import load
from reports import verify
from selftests import event_texts, failover_texts, outage_texts
from selftests.fake_node import file_line
from suites import test_failover

BEGIN = 1000.0


def phase(seconds: float) -> Phase:
    return Phase("promoted", "fault", seconds, BY_LOG, 0.5, "found", 25.0, "why")


def event(at: float) -> SentEvent:
    return SentEvent("a", 1, 1, "node1", BEGIN + at, 0.0, 200)


def spans(deaths: list[float], since: float = 0.0) -> list[float | None]:
    """The ends of one span that began at 5 s."""
    return [one.end for one in active_spans([RoleChange("node1", Role.ACTIVE, 5.0, "log:1")], deaths, since)]


def number_is_good(step: str) -> Callable[[str], bool]:
    return lambda value: event_processor._wanted(Located(value, "where"), f"eventSync/{step}") == ""


#: What decides, and what it says of values on both sides of its bound and on it.
BOUNDS: dict[str, tuple[Callable[[Any], object], dict[Any, object]]] = {
    "a phase is in time up to its budget and from its resolution on": (lambda seconds: phase(seconds).in_time, {
        25.0: True, 25.001: False, 0.0: True, -0.5: True, -0.501: False}),
    "a phase is too early by more than its resolution": (lambda seconds: phase(seconds).too_early, {
        25.001: False, 0.0: False, -0.5: False, -0.501: True}),
    "a window holds its ends": (lambda at: Window(BEGIN, BEGIN + 5, "test").has(event(at)), {
        -0.1: False, 0.0: True, 5.0: True, 5.1: False}),
    "a gap is counted between both ends": (lambda times: longest_gap(times, 10.0, 15.0), {
        (10.0,): 5.0, (15.0,): 5.0, (9.9, 15.1): 5.0, (12.0,): 3.0}),
    "a span ends with a death that is not before it": (lambda death: spans([death]), {
        4.9: [None], 5.0: [5.0], 7.0: [7.0]}),
    "a span that ended earlier is left out": (lambda since: spans([7.0], since), {7.0: [7.0], 7.1: []}),
    "a skew counts that is larger than its uncertainty": (lambda skew: NodeClock(0.0, skew, 0.5).correction, {
        0.5: 0.0, -0.5: 0.0, 0.501: 0.501, -0.501: -0.501}),
    "a port of the HA mode is a port": (lambda port: event_processor._port_wanted(Located(port, "where")) == "", {
        "1": True, "65535": True, "0": False, "65536": False, "-1": False, " 1": False}),
    "a queue of the HA mode is a positive int": (number_is_good("receiverQueueSize"), {
        "1": True, "2147483647": True, "0": False, "2147483648": False}),
    "a buffer of the HA mode is a power of two": (number_is_good("publisherBufferSize"), {
        "1": True, "1024": True, "1023": False, "3": False}),
    "a character set of the HA mode has a name": (number_is_good("publisherCharSet"), {"UTF-8": True, " ": False}),
    "a refusal is an answer and silence is none": (lambda refusal: (is_answer(refusal), is_silence(refusal)), {
        "": (True, False), "Connection refused": (True, False), "timed out": (False, True)}),
    "a server speaks with numbers that are not the client's": (lambda number: ServerError("", "", number).from_server, {
        999: False, 1000: True, 1999: True, 2000: False, 2999: False, 3000: True}),
    "a link is slow up to twice its limit": (slow_network._slow, {0: False, 1: True, 64_000: True, 64_001: False}),
    "a link is fast above four times its limit": (slow_network._fast, {0: False, 128_000: False, 128_001: True}),
    # Ten events a second, in flight and in silence, and one more at each end.
    "a switch may lose this many events": (failover_record.most_lost, {0.0: 12, 0.5: 17}),
    "a phase is watched for twice its budget": (lambda deadline: patient(deadline).seconds, {SERVING_PAUSE: 6}),
}  # fmt: skip


@pytest.mark.parametrize(("judge", "value", "expected"), [
    pytest.param(judge, *case, id=f"{name}-{case[0]}")
    for name, (judge, cases) in BOUNDS.items() for case in cases.items()
])  # fmt: skip
def test_a_bound_lies_where_it_should(judge, value, expected):
    assert judge(value) == expected


@pytest.mark.parametrize(("begin", "seconds"), [(6.0, []), (5.0, []), (4.5, [0.5])])
def test_spans_that_only_touch_do_not_lie_over_each_other(begin, seconds):
    spans = [ActiveSpan("node1", 0.0, 5.0, ""), ActiveSpan("node2", begin, None, "")]
    assert [one.seconds for one in overlaps(spans, 9.0)] == seconds
    assert overlaps([ActiveSpan("node1", 0.0, None, ""), ActiveSpan("node1", begin, None, "")], 9.0) == []


@pytest.mark.parametrize(
    ("late", "until", "possible"), [(-1.25, 2.0, True), (-1.5, 2.0, False), (3.25, 2.0, True), (3.5, 2.0, False)]
)
def test_an_output_is_possible_from_its_sending_to_the_end_as_far_as_the_clock_is_known(late, until, possible):
    trace = failover_texts.passage(range(1), {"node1": event_texts.passed(range(1))}, "node1", BEGIN)
    log = event_texts.emitted(0, at=event_texts.logged_at(BEGIN + late))
    (path,) = (name for name in trace["texts"]["node1"] if name.endswith("wso2carbon.log"))
    trace["texts"]["node1"][path] = log
    clock = NodeClock(uncertainty=1.25 - DRIFT)
    with nullcontext() if possible else pytest.raises(EvidenceError):
        EventTrace.from_json(trace).demand_clock("node1", clock, BEGIN + until)


@pytest.mark.parametrize(("today", "holds"), [(date(2027, 1, 30), True), (date(2027, 1, 31), False)])
def test_an_error_is_tolerated_until_the_day_before(tmp_path, today, holds):
    path = tmp_path / "list.toml"
    path.write_text('[[tolerated]]\nlogger = "a.B"\npattern = "^x"\nreason = "r"\nuntil = 2027-01-31\n')
    (record,) = load(path).tolerances
    assert bool(record.refusal("", today)) is not holds


def logged(text: str, at: float):
    event = event_of(file_line(text, at=event_texts.logged_at(BEGIN + at)), "wso2carbon.log", 1)
    assert event is not None
    return event


@pytest.mark.parametrize(("happened", "earliest"), [("left", -1.0), ("joined", 0.0)])
def test_a_lost_peer_explains_errors_for_a_time(happened, earliest):
    change = logged(f"wka|Member {happened} [a-uuid]: /198.51.100.12:4000", 0.0)
    explanations = tolerated_errors.Explanations(SimpleNamespace(written_by=lambda *_: [change]))
    for seconds, explained in ((earliest, True), (earliest - 0.001, False), (90.0, True), (90.001, False)):
        found = explanations.of(tolerated_errors.PEER_LOST, logged("spark|boom", seconds))
        assert (found is not None) is explained


@pytest.mark.parametrize(("lacks", "needed", "has", "follows"), [
    ("faults", ["faults"], [], True),
    ("faults", ["faults", "write"], ["write"], True),
    ("faults, write", ["faults"], [], False),
    ("faults", ["faults"], ["faults"], False),
    ("faults", [], [], True),
])  # fmt: skip
def test_the_verifier_takes_what_is_lacking_from_what_is_needed(lacks, needed, has, follows):
    said = f"target replay cannot do: {lacks}; see"
    assert verify._follows(said, {"capabilities": has}, [{"needs": needed}]) is follows


@pytest.mark.parametrize(("after", "served"), [(0.0, 0), (0.001, 18)])
def test_an_event_is_served_after_the_promotion_if_it_was_sent_after_it(after, served):
    recorded = failover_texts.good()
    failover_texts.set_phase(recorded, PROMOTED, 0.5)
    for event in recorded["passages"]["during"]["batch"]:
        event["at_wall"] = recorded["fault"]["at_wall"] + 0.5 + after
    assert failover_texts.record(recorded).served_after_promotion == served


@pytest.mark.parametrize(("judge", "field", "bound", "step"), [
    (test_failover.test_the_survivor_serves_the_clients, "served_after_promotion", test_failover.BATCH, -1),
    (test_failover.test_the_active_node_makes_no_pause_when_the_passive_one_goes_or_comes, "gap", SERVING_PAUSE.limit,
     0.1),
])  # fmt: skip
def test_a_suite_takes_what_is_just_enough(judge, field, bound, step):
    judge(SimpleNamespace(record=SimpleNamespace(survivor="node1", **{field: bound})))
    with pytest.raises(AssertionError, match="expected at"):
        judge(SimpleNamespace(record=SimpleNamespace(survivor="node1", **{field: bound + step})))


@pytest.mark.parametrize(("at", "counts"), [(-0.5, 0), (0.0, 1), (30.0, 1), (30.5, 0)])
def test_a_change_of_role_counts_from_the_fault_until_all_is_settled(at, counts):
    recorded = outage_texts.good()
    recorded["changes"].append(outage_texts.change("node2", "active", outage_texts.FAULT + at))
    record = OutageRecord.from_json(recorded)
    assert len(record.changes_meanwhile) == counts
    assert len(record.two_active) == (at < 30.0)


@pytest.mark.parametrize(("gone", "begin"), [(4.0, 4.0), (5.0, 5.0), (6.0, 0.0)])
def test_a_switch_begins_with_the_last_answer_of_a_node_that_was_gone_by_then(gone, begin):
    record = outage_texts.good()
    record["nodes"]["node1"]["pid_after"] = None
    record["changes"].append(outage_texts.change("node2", "active", outage_texts.FAULT + 5))
    for event in record["flow"]["batch"]:
        event |= {"at_wall": outage_texts.FAULT + gone, "seconds": 0.0}
    (switch,) = OutageRecord.from_json(record).switches
    assert switch.begin == outage_texts.FAULT + begin - EVENT_IN_FLIGHT.limit


def test_no_more_events_may_be_lost_than_the_switch_explains(monkeypatch):
    answer = failover_texts.good()
    answer["passages"]["during"]["stored"] = []
    record = failover_texts.record(answer)
    lost = len(record.during.batch.events)
    for most, found in ((lost, 0), (lost - 1, 1)):
        monkeypatch.setattr(failover_record, "most_lost", lambda _pause, most=most: most)
        assert len(record.lost_too_many) == found


def test_a_record_of_an_older_run_shows_roles_by_the_changes_until_all_was_settled():
    recorded = outage_texts.good()
    recorded["changes"].append(outage_texts.change("node2", "active", recorded["settled_wall"] + 1))
    for node in recorded["nodes"].values():
        del node["role_healed"]
    roles = {name: one.role_healed for name, one in OutageRecord.from_json(recorded).nodes.items()}
    assert roles == {"node1": Role.ACTIVE, "node2": Role.PASSIVE}
