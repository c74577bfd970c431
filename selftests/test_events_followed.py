"""What became of events: their traces, the ledger of lost, doubled and reordered ones, and where they were lost."""

import pytest

from conformance.errors import EvidenceError
from conformance.events import traces
from conformance.events.batch import Batch, SentEvent
from conformance.events.event_trace import EventTrace, NodeTrace
from conformance.events.ledger import EventLedger, Hop, StoredIds
from conformance.events.loss import Window, longest_gap, losses, rates
from conformance.events.traces import outputs
from conformance.node.log.parser import parse
from selftests import event_texts, failover_texts
from selftests.fake_node import file_line

PATH = "repository/logs/wso2carbon-trace-messages.log"
IDS = tuple("abcdef")
FAULT = 100.0


def test_events_that_entered_are_read_with_their_place_and_answers_with_sum_and_count():
    (event,) = traces.entered(event_texts.entered(7), PATH)
    assert (event.id, event.seq, event.value, event.place) == ("run-00007", 7, 128, f"{PATH}:2")
    (event,) = traces.answered(event_texts.answered(7, 255, 8), PATH)
    assert (event.total, event.events) == (255, 8)
    # The second is that of DAS 3.1.0.
    for path in (PATH, "repository/logs/wso2-das-trace.log"):
        trace = NodeTrace.read("node1", {path: event_texts.entered(7)})
        assert [one.place for one in trace.entered] == [f"node1 {path}:2"]


def test_the_vendors_own_lines_and_events_that_entered_together_read_the_same():
    ours = "[2026-11-22 21:58:24,716]  INFO {EVENT_TRACE_LOGGER} -  "
    line = event_texts.entered(7).replace(ours, "21:58:24,716 [-] [pool-1] INFO EVENT_TRACE_LOGGER ")
    assert [event.seq for event in traces.entered(line, PATH)] == [7]
    first, second = (event_texts.entered(seq).splitlines() for seq in (1, 2))
    together = f"{first[0]}\n[{first[1]}, {second[1]}]\n"
    assert [event.seq for event in traces.entered(together, PATH)] == [1, 2]


@pytest.mark.parametrize("text", [
    event_texts.entered(1).replace("LabSum", "OtherPlan"),
    event_texts.answered(2, 4),
    event_texts.entered(1).replace("isExpired=false", "isExpired=true"),
    event_texts.entered(1).rstrip("\n"),
], ids=["another plan", "the other side", "expired", "still being written"])  # fmt: skip
def test_what_is_no_event_that_entered_is_left_out(text):
    assert traces.entered(text, PATH) == ()


@pytest.mark.parametrize(
    "broken", ["", "Event{timestamp=1, data=[a", "garbage", "Event{timestamp=1, data=[a, x, 2], isExpired=false}"]
)
def test_an_unreadable_event_is_an_evidence_error_with_its_line(broken):
    head = event_texts.entered(1).splitlines()[0]
    with pytest.raises(EvidenceError, match=f"{PATH}:2"):
        traces.entered(f"{head}\n{broken}\n", PATH)


def test_outputs_are_read_from_the_log_of_the_logger_publisher_alone():
    log = file_line("core|Starting WSO2 Carbon...") + "\n" + event_texts.emitted(3, 15, 4)
    (one,) = outputs(parse(log, "wso2carbon.log").events)
    assert (one.id, one.seq, one.total, one.events, one.place) == ("run-00003", 3, 15, 4, "wso2carbon.log:2")
    assert outputs(parse(log.replace("LabLog", "OTHER"), "wso2carbon.log").events) == ()


@pytest.mark.parametrize("event", ["{", "{}", '{"event":{"payloadData":{"id":"a"}}}', '{"event":[]}', "text"])
def test_an_unreadable_output_is_an_evidence_error_with_its_line(event):
    log = file_line(f"{event_texts.ADAPTER}|Unique ID: LabLog,\n Event: {event}") + "\n"
    with pytest.raises(EvidenceError, match=r"wso2carbon\.log:1"):
        outputs(parse(log, "wso2carbon.log").events)


def batch(*statuses: int) -> Batch:
    events = [
        SentEvent(IDS[n], n, 1 << n, "node1", 0.0, 0.1, status, "" if status else "refused")
        for n, status in enumerate(statuses)
    ]
    return Batch(tuple(events))


@pytest.mark.parametrize(("came", "lost", "doubled", "late"), [
    ("abcdef", "", "", ""),
    ("abdef", "c", "", ""),
    ("abcdefccc", "", "c", ""),
    ("abdecf", "", "", "c"),
    ("abcdee", "f", "e", ""),
])  # fmt: skip
def test_a_late_event_alone_is_still_exactly_once(came, lost, doubled, late):
    hop = Hop("stored", IDS, tuple(came))
    assert (hop.lost, hop.doubled, hop.reordered) == (tuple(lost), tuple(doubled), tuple(late))
    assert hop.exactly_once is not bool(lost or doubled)


def test_a_hop_counts_what_it_lost_and_lists_not_many():
    assert str(Hop("stored", IDS, IDS)) == "stored: 6 of 6 events exactly once"
    assert str(Hop("output", IDS, tuple("abdef"))) == "output: 5 of 6 events exactly once; lost 1: c"
    assert "lost 6: a, b, c, d, e and 1 more" in str(Hop("stored", IDS, ()))


def test_only_accepted_events_of_the_batch_are_owed():
    ledger = EventLedger(IDS, IDS[:4], {"node1": IDS[:4]}, {"node1": IDS[:4]}, IDS[:4])
    assert ledger.stored_once.exactly_once
    assert ledger.refused == ("e", "f")
    ledger = EventLedger(IDS[:2], IDS[:2], {"node1": ("x", "a", "b", "y")}, {}, ("x", "a", "b"))
    assert not ledger.processing_faults
    assert ledger.stored_once.exactly_once


def test_the_node_that_lost_events_is_named_and_an_output_by_both_is_doubled():
    ledger = EventLedger(IDS, IDS, {"node1": IDS, "node2": ()}, {}, IDS)
    (fault,) = ledger.processing_faults
    assert fault == "processed by node2: 0 of 6 events exactly once; lost 6: a, b, c, d, e and 1 more"
    ledger = EventLedger(IDS, IDS, {}, {"node1": IDS, "node2": ("c",)}, IDS)
    assert ledger.output_of("node1", "node2").doubled == ("c",)


def test_the_json_counts_every_hop():
    ledger = EventLedger(IDS, IDS[:5], {"node1": IDS, "node2": IDS}, {"node1": IDS, "node2": ()}, (*"acbdd",))
    counts = ledger.as_json()
    assert (counts["sent"], counts["accepted"], counts["refused"]) == (6, 5, ["f"])
    assert counts["hops"][-1] == {
        "name": "stored", "expected": 5, "found": 5, "lost": ["e"], "doubled": ["d"], "reordered": ["b"],
    }  # fmt: skip
    assert [hop["name"] for hop in counts["hops"]] == [
        "processed by node1", "processed by node2", "output by node1 and node2", "stored",
    ]  # fmt: skip


def test_too_little_accepted_work_cannot_be_judged_and_a_batch_survives_its_record():
    with pytest.raises(EvidenceError, match=r"took 1 of 3 events, at least 3 are needed to judge; b got HTTP 404"):
        batch(200, 404, 0).demand(3)
    with pytest.raises(EvidenceError, match="no node: the event receiver took 0 of 0 events"):
        batch().demand(1)
    assert batch(200, 200).demand(2) == batch(200, 200)
    assert Batch.from_json(batch(200, 0).as_json()) == batch(200, 0)


def passed(count: int = 12, *, missing_rows: int = 0, unprocessed: int = 0) -> EventTrace:
    """So many events from the fault on, one each 0.1 s, of which the last are missing."""
    texts = {"node1": event_texts.passed(range(count - unprocessed))}
    trace = failover_texts.passage(range(count), texts, "node1", FAULT)
    trace["stored"] = trace["stored"][: count - missing_rows]
    return EventTrace.from_json(trace)


def described(passage: EventTrace) -> list[str]:
    return [text for loss in losses(passage, ("node1",)) if (text := loss.described(FAULT))]


def test_a_loss_shows_hop_number_second_and_node_and_a_long_one_its_ends():
    assert described(passed()) == []
    by_second = "(1 sent to node1 in second +0, 2 sent to node1 in second +1; first run-00009)"
    assert described(passed(missing_rows=3)) == [f"stored: 3 of 12 accepted events missing {by_second}"]
    assert [text.split(":")[0] for text in described(passed(unprocessed=1))] == ["processed by node1"]
    ends = "(85 sent to node1, in seconds +0 to +8; first run-00005)"
    assert described(passed(count=90, missing_rows=85)) == [f"stored: 85 of 90 accepted events missing {ends}"]


@pytest.mark.parametrize(("end", "outside"), [(200.0, 0), (101.0, 1), (100.5, 3)])
def test_losses_inside_of_a_window_are_distinguished(end, outside):
    stored = losses(passed(missing_rows=3), ())[-1]
    assert len(stored.outside(Window(FAULT, end, "test")).events) == outside


@pytest.mark.parametrize(("times", "gap"), [([], 10.0), ([2.0, 3.0], 7.0), ([0.0, 9.0, 99.0], 9.0)])
def test_the_longest_gap_counts_the_ends(times, gap):
    assert longest_gap(times, 0.0, 10.0) == gap


def test_rates_count_each_second_since_the_fault():
    found = rates(passed(missing_rows=2), FAULT)
    names = ("second", "sent", "accepted", "put_out", "stored")
    assert [tuple(one[name] for name in names) for one in found] == [(0, 10, 10, 10, 10), (1, 2, 2, 2, 0)]


def test_rows_are_compared_before_and_after():
    assert StoredIds(("a", "b"), ("a", "b", "c")).wrong == []
    # One that was there twice before is not reported again.
    assert StoredIds(("a", "a"), ("a", "a", "b")).wrong == []
    assert StoredIds(("a", "b"), ("b", "c", "c")).wrong == [
        "1 of 2 events stored before the fault are gone: a",
        "1 of 2 events were stored more than once: c",
    ]
