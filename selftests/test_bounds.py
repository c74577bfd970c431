"""Bounds that decide a verdict, on both sides and on the bound itself."""

from contextlib import nullcontext
from datetime import date
from pathlib import Path
from types import SimpleNamespace

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
from conformance.node.home import ha_elements
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


@pytest.mark.parametrize(
    ("seconds", "in_time"), [(25.0, True), (25.001, False), (0.0, True), (-0.5, True), (-0.501, False)]
)
def test_a_phase_is_in_time_up_to_its_budget_and_early_by_more_than_its_resolution(seconds, in_time):
    assert phase(seconds).in_time is in_time
    assert phase(seconds).too_early is (seconds < -0.5)


@pytest.mark.parametrize(("at", "inside"), [(-0.1, False), (0.0, True), (5.0, True), (5.1, False)])
def test_a_window_holds_its_ends(at, inside):
    event = SentEvent("a", 1, 1, "node1", BEGIN + at, 0.0, 200)
    assert Window(BEGIN, BEGIN + 5, "test").has(event) is inside


@pytest.mark.parametrize(("times", "gap"), [([10.0], 5.0), ([15.0], 5.0), ([9.9, 15.1], 5.0), ([12.0], 3.0)])
def test_a_gap_is_counted_between_both_ends(times, gap):
    assert longest_gap(times, 10.0, 15.0) == gap


@pytest.mark.parametrize(("begin", "seconds"), [(6.0, []), (5.0, []), (4.5, [0.5])])
def test_spans_that_only_touch_do_not_lie_over_each_other(begin, seconds):
    spans = [ActiveSpan("node1", 0.0, 5.0, ""), ActiveSpan("node2", begin, None, "")]
    assert [one.seconds for one in overlaps(spans, 9.0)] == seconds
    assert overlaps([ActiveSpan("node1", 0.0, None, ""), ActiveSpan("node1", begin, None, "")], 9.0) == []


@pytest.mark.parametrize(("death", "end"), [(4.9, None), (5.0, 5.0), (7.0, 7.0)])
def test_a_span_ends_with_a_death_that_is_not_before_it(death, end):
    (span,) = active_spans([RoleChange("node1", Role.ACTIVE, 5.0, "log:1")], [death])
    assert span.end == end


@pytest.mark.parametrize(("since", "spans"), [(7.0, 1), (7.1, 0)])
def test_a_span_that_ended_earlier_is_left_out(since, spans):
    assert len(active_spans([RoleChange("node1", Role.ACTIVE, 5.0, "log:1")], [7.0], since)) == spans


@pytest.mark.parametrize(("skew", "correction"), [(0.5, 0.0), (-0.5, 0.0), (0.501, 0.501), (-0.501, -0.501)])
def test_a_skew_counts_that_is_larger_than_its_uncertainty(skew, correction):
    assert NodeClock(skew=skew, uncertainty=0.5).correction == correction


@pytest.mark.parametrize(
    ("late", "until", "possible"),
    [(-1.25, 2.0, True), (-1.5, 2.0, False), (3.25, 2.0, True), (3.5, 2.0, False)],
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
def test_an_error_is_tolerated_until_the_day_before(tmp_path: Path, today: date, holds: bool):
    path = tmp_path / "list.toml"
    path.write_text('[[tolerated]]\nlogger = "a.B"\npattern = "^x"\nreason = "r"\nuntil = 2027-01-31\n')
    (record,) = load(path).tolerances
    assert bool(record.refusal("", today)) is not holds


@pytest.mark.parametrize(
    ("port", "good"), [("1", True), ("65535", True), ("0", False), ("65536", False), ("-1", False), (" 1", False)]
)
def test_a_port_of_the_ha_mode_is_a_port(port, good):
    assert (ha_elements._port_wanted(Located(port, "where")) == "") is good


@pytest.mark.parametrize(
    ("steps", "value", "good"),
    [
        ("eventSync/receiverQueueSize", "1", True),
        ("eventSync/receiverQueueSize", "2147483647", True),
        ("eventSync/receiverQueueSize", "0", False),
        ("eventSync/receiverQueueSize", "2147483648", False),
        ("eventSync/publisherBufferSize", "1", True),
        ("eventSync/publisherBufferSize", "1024", True),
        ("eventSync/publisherBufferSize", "1023", False),
        ("eventSync/publisherBufferSize", "3", False),
        ("eventSync/publisherCharSet", "UTF-8", True),
        ("eventSync/publisherCharSet", " ", False),
    ],
)
def test_a_number_of_the_ha_mode_is_one_that_the_product_reads(steps, value, good):
    assert (ha_elements._wanted(Located(value, "where"), steps) == "") is good


def logged(text: str, at: float):
    event = event_of(file_line(text, at=event_texts.logged_at(BEGIN + at)), "wso2carbon.log", 1)
    assert event is not None
    return event


@pytest.mark.parametrize(
    ("line", "seconds", "explained"),
    [
        ("wka|Member left [a-uuid]: /198.51.100.12:4000", -1.0, True),
        ("wka|Member left [a-uuid]: /198.51.100.12:4000", -1.001, False),
        ("wka|Member left [a-uuid]: /198.51.100.12:4000", tolerated_errors._BRINGS.total_seconds(), True),
        ("wka|Member left [a-uuid]: /198.51.100.12:4000", tolerated_errors._BRINGS.total_seconds() + 0.001, False),
        ("wka|Member joined [a-uuid]: /198.51.100.12:4000", 0.0, True),
        ("wka|Member joined [a-uuid]: /198.51.100.12:4000", -0.001, False),
        ("wka|Member joined [a-uuid]: /198.51.100.12:4000", tolerated_errors._BRINGS.total_seconds(), True),
        ("wka|Member joined [a-uuid]: /198.51.100.12:4000", tolerated_errors._BRINGS.total_seconds() + 0.001, False),
    ],
)
def test_a_lost_peer_explains_errors_for_a_time(line, seconds, explained):
    section = SimpleNamespace(written_by=lambda *_: [logged(line, 0.0)])
    found = tolerated_errors.Explanations(section).of(tolerated_errors.PEER_LOST, logged("spark|boom", seconds))
    assert (found is not None) is explained


@pytest.mark.parametrize(("refusal", "answer"), [("", True), ("Connection refused", True), ("timed out", False)])
def test_a_refusal_is_an_answer_and_silence_is_none(refusal, answer):
    assert (is_answer(refusal), is_silence(refusal)) == (answer, not answer)


@pytest.mark.parametrize(
    ("lacks", "needed", "has", "follows"),
    [
        ("faults", ["faults"], [], True),
        ("faults", ["faults", "write"], ["write"], True),
        ("faults, write", ["faults"], [], False),
        ("faults", ["faults"], ["faults"], False),
        ("faults", [], [], True),
    ],
)
def test_the_verifier_takes_what_is_lacking_from_what_is_needed(lacks, needed, has, follows):
    assert (
        verify._follows(f"target replay cannot do: {lacks}; see", {"capabilities": has}, [{"needs": needed}]) is follows
    )


@pytest.mark.parametrize(
    ("number", "from_server"), [(999, False), (1000, True), (1999, True), (2000, False), (2999, False), (3000, True)]
)
def test_a_server_speaks_with_numbers_that_are_not_the_clients(number, from_server):
    assert ServerError("what", "remedy", number).from_server is from_server


@pytest.mark.parametrize(
    ("rate", "slow", "fast"),
    [
        (0, False, False),
        (1, True, False),
        (64_000, True, False),
        (64_001, False, False),
        (128_000, False, False),
        (128_001, False, True),
    ],
)
def test_a_link_is_slow_up_to_twice_its_limit_and_fast_above_four_times(rate, slow, fast):
    assert (slow_network._slow(rate), slow_network._fast(rate)) == (slow, fast)


@pytest.mark.parametrize(("after", "served"), [(0.0, 0), (0.001, 18)])
def test_an_event_is_served_after_the_promotion_if_it_was_sent_after_it(after, served):
    recorded = failover_texts.good()
    failover_texts.set_phase(recorded, PROMOTED, 0.5)
    for event in recorded["passages"]["during"]["batch"]:
        event["at_wall"] = recorded["fault"]["at_wall"] + 0.5 + after
    assert failover_texts.record(recorded).served_after_promotion == served


@pytest.mark.parametrize(
    ("judge", "field", "bound", "step"),
    [
        (test_failover.test_the_survivor_serves_the_clients, "served_after_promotion", test_failover.BATCH, -1),
        (
            test_failover.test_the_active_node_makes_no_pause_when_the_passive_one_goes_or_comes,
            "gap",
            SERVING_PAUSE.limit,
            0.1,
        ),
    ],
)
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


def test_a_switch_loses_ten_events_a_second_in_flight_and_in_silence_and_one_more_at_each_end():
    assert [failover_record.most_lost(pause) for pause in (0.0, 0.5)] == [12, 17]


def test_a_phase_is_watched_for_twice_its_budget():
    assert patient(SERVING_PAUSE).seconds == 6


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
