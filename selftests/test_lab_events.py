"""Events sent and followed, on two nodes in memory: what goes wrong at a hop, and a bounded flow in real time."""

import threading
import time

import pytest

from conformance import deadlines
from conformance.deadlines import EVENT_QUIET
from conformance.errors import EvidenceError
from conformance.events.batch import SentEvent, value_of
from conformance.events.flow import Flow
from conformance.events.lab_events import AppendedTexts, LabEvents
from conformance.events.traces import TRACE_FILES
from conformance.waiting import SYSTEM
from selftests.fake_clock import SkippingClock
from selftests.fake_lab import FakeLab, lab
from selftests.fake_node import FakeAccess
from suites import test_events as suite

TRACE = TRACE_FILES[1]
ON_BOTH = suite.test_events_sent_to_one_node_are_processed_by_both
STORED_ONCE = suite.test_events_sent_to_one_node_are_stored_once


def events_of(made: FakeLab) -> LabEvents:
    return LabEvents(made, made.nodes[0].witness, made.nodes[0].clock)


def test_a_whole_passage_reaches_every_hop_on_nodes_that_were_watched_and_numbers_go_on_from_batch_to_batch():
    made = lab()
    events = events_of(made)
    passage = events.send(made.nodes[0], 12, watching=made.nodes)
    more = events.send(made.nodes[0], 3, watching=made.nodes[:1])
    assert all(hop.exactly_once for hop in passage.ledger.hops)
    assert [event.events for event in passage.answers_of("node2")][-2:] == [10, 10]
    again = events.send(made.nodes[0], 3, watching=made.nodes[:1])
    sent = [event.seq for one in (passage, more, again) for event in one.batch.events]
    assert sent == list(range(18))
    with pytest.raises(EvidenceError, match="node2: was not watched"):
        more.answers_of("node2")


@pytest.mark.parametrize(("takes", "gap"), [(0, 0.5), (2, 2)])
def test_events_are_sent_at_the_bounded_rate_and_one_that_is_due_at_once(takes, gap):
    made = lab()
    node, post = made.nodes[0], made.nodes[0].post
    node.post = lambda payload, **more: node.clock.sleep(takes) or post(payload, **more)
    events = events_of(made).send(node, 5, watching=made.nodes, rate=2).batch.events
    assert [one.at_wall - takes for one in events] == pytest.approx([gap * n for n in range(5)], abs=0.01)


@pytest.mark.parametrize("late", [("node1", "node2"), ("node2",), ()])
def test_traces_and_rows_that_come_late_are_waited_for(late):
    made = lab()
    clock, write, peek = made.nodes[0].clock, made._write, made.peek

    def written(node, *one, **out) -> None:
        clock.plan.append((clock.now + 9 * (node.name in late), lambda: write(node, *one, **out)))

    made._write = written
    if not late:
        made.peek = lambda: peek() if clock.now >= 9 else []
    passage = events_of(made).send(made.nodes[0], 3, watching=made.nodes)
    assert all(hop.exactly_once for hop in passage.ledger.hops)


def test_a_row_that_comes_again_a_second_after_the_others_is_seen():
    made = lab()
    made.nodes[0].clock.plan = [(1.1, lambda: made.stored.append(made.stored[0]))]
    assert len(events_of(made).send(made.nodes[0], 3, watching=made.nodes).ledger.stored_once.doubled) == 1


def test_a_sample_is_sent_once_for_all_who_ask():
    made = lab()
    events = events_of(made)
    assert events.sample(made.nodes[0], watching=made.nodes) == events.sample(made.nodes[0], watching=made.nodes)
    assert len(made.stored) == 20


@pytest.mark.parametrize(("status", "lost", "expected"), [
    (404, (), r"took 0 of 5 events.*HTTP 404"), (200, ("node1", "node2"), "no event trace of 5 accepted events"),
], ids=["a receiver that refuses", "no trace"])  # fmt: skip
def test_without_an_answer_or_a_trace_there_is_nothing_to_judge(status, lost, expected):
    made = lab()
    made.nodes[0].status, made.lost = status, {(node, seq) for node in lost for seq in range(5)}
    with pytest.raises(EvidenceError, match=expected):
        events_of(made).send(made.nodes[0], 5, watching=made.nodes)


@pytest.mark.parametrize(("test", "kind", "what", "expected"), [
    (ON_BOTH, "lost", {("node2", seq) for seq in range(20)}, "to node1 only: processed by node2: 0 of 20 events"),
    (STORED_ONCE, "doubled", {("stored", 7)}, "doubled 1"),
    (STORED_ONCE, "lost", {("stored", 7)}, "lost 1"),
], ids=["cut event sync", "a doubled row", "a dropped row"])  # fmt: skip
def test_what_is_lost_or_doubled_fails_its_requirement(test, kind, what, expected):
    made = lab()
    setattr(made, kind, what)
    with pytest.raises(AssertionError, match=expected):
        test(made.nodes[0], tuple(made.nodes), events_of(made))


@pytest.mark.parametrize(("before", "after", "text"), [
    ({TRACE: b"old"}, {}, ""), ({TRACE: b"old and long"}, {TRACE: b"new"}, "new"), ({}, {}, ""),
], ids=["did not grow", "begun again", "not there"])  # fmt: skip
def test_the_text_of_a_file_is_what_came_since(before, after, text):
    access = FakeAccess("node1", before)
    texts = AppendedTexts(access)
    access.files |= after
    assert set(texts.read().values()) == {"", text}
    assert texts.read()[TRACE] == text


def test_what_a_node_that_is_down_wrote_is_all_that_it_wrote_whatever_its_next_start_writes():
    access = FakeAccess("node1", {TRACE: b"old "})
    texts = AppendedTexts(access)
    access.append("its last", TRACE)
    assert texts.traced == 8
    texts.keep()
    access.files[TRACE] = b"begun again"
    assert (texts.read()[TRACE], texts.traced) == ("its last", 0)


@pytest.mark.parametrize(("missing", "waited"), [
    ((), deadlines.EVENT_SETTLED), ((0, 1), deadlines.EVENT_QUIET), ((0, 3, 4), deadlines.EVENT_CAUGHT_UP),
], ids=("nothing missing", "older ones missing", "the newest missing"))  # fmt: skip
def test_what_is_missing_is_waited_for_only_while_the_store_does_not_take_what_came_after_it(missing, waited):
    made = lab()
    events = events_of(made)
    batch = events.send(made.nodes[0], 5, watching=made.nodes).batch
    made.stored[:] = [name for number, name in enumerate(batch.sent) if number not in missing]
    begun = made.nodes[0].clock.now
    events._until_quiet(batch, {}, deadlines.EVENT_CAUGHT_UP)
    assert made.nodes[0].clock.now - begun == pytest.approx(waited.limit, abs=0.3)


class Clients:
    """Sends to nodes by name; if `held`, node1 answers once node2 has five events."""

    def __init__(self, held: bool) -> None:
        self.sent = 0
        self.answers = threading.Event()
        if not held:
            self.answers.set()

    def __call__(self, node) -> SentEvent:
        self.sent += 1
        seq, at = self.sent, time.time()
        if node.name == "node1":
            self.answers.wait(10)
        return SentEvent(f"e-{seq}", seq, value_of(seq), node.name, at, 0.0, 200)


@pytest.mark.parametrize("held", [False, True])
def test_a_flow_goes_to_each_target_at_the_bounded_rate_and_a_slow_node_holds_up_its_own_alone(held):
    clients, begun = Clients(held), time.monotonic()
    with Flow(lab().nodes, clients, lambda batch, quiet: {}, 250, SYSTEM, int) as flow:
        while sum(one.node == "node2" for one in flow.batch.events) < 5:
            time.sleep(0.002)
        answered = {one.node for one in flow.batch.events}
        clients.answers.set()
    most = 2 + (time.monotonic() - begun) / 0.004
    assert (len(flow.batch.events), flow._pause) == (clients.sent, 0.004)
    to_first = sum(one.node == "node1" for one in flow.batch.events)
    assert ("node1" in answered) is not held
    assert 1 <= to_first <= most
    assert clients.sent - to_first <= most


def test_a_flow_of_lab_events_is_numbered_once_and_followed():
    made = lab()
    events = LabEvents(made, made.nodes[0].witness, SkippingClock())
    with events.flow(made.nodes[:1], watching=made.nodes, rate=100) as flow:
        while len(flow.batch.events) < 4:
            time.sleep(0.01)
    flow.keep(made.nodes[1])
    made.nodes[1].access.files[TRACE] = b""
    passage = flow.settle(EVENT_QUIET)
    assert len(set(passage.batch.sent)) == len(passage.batch.events) > 3
    assert all(hop.exactly_once for hop in passage.ledger.hops)
