"""Events sent and followed, on two nodes in memory: what goes wrong at a hop, and a bounded flow in real time."""

import time

import pytest

from conformance import deadlines
from conformance.deadlines import EVENT_QUIET, EVENT_STORED
from conformance.errors import EvidenceError
from conformance.events.batch import SentEvent, value_of
from conformance.events.flow import Flow
from conformance.events.lab_events import AppendedTexts, LabEvents
from conformance.events.traces import TRACE_FILES
from conformance.waiting import SYSTEM
from selftests.fake_lab import FakeLab, lab
from selftests.fake_node import FakeAccess
from suites import test_events as suite

TRACE = TRACE_FILES[1]


def events_of(made: FakeLab) -> LabEvents:
    return LabEvents(made, made.nodes[0].witness, made.nodes[0].clock)


def test_a_whole_passage_reaches_every_hop_on_nodes_that_were_watched_and_numbers_go_on_from_batch_to_batch(tmp_path):
    made = lab(tmp_path)
    events = events_of(made)
    passage = events.send(made.nodes[0], 12, watching=made.nodes)
    more = events.send(made.nodes[0], 3, watching=made.nodes[:1])
    assert all(hop.exactly_once for hop in passage.ledger.hops)
    assert [event.events for event in passage.answers_of("node2")][-2:] == [10, 10]
    assert [event.seq for event in (passage.batch + more.batch).events] == list(range(15))
    with pytest.raises(EvidenceError, match="node2: was not watched"):
        more.answers_of("node2")


def test_events_are_sent_at_the_bounded_rate(tmp_path):
    made = lab(tmp_path)
    batch = events_of(made).send(made.nodes[0], 5, watching=made.nodes, rate=2).batch
    gaps = [later.at_wall - one.at_wall for one, later in zip(batch.events, batch.events[1:], strict=False)]
    assert gaps == pytest.approx([0.5] * 4, abs=0.01)


def test_an_event_that_is_due_is_sent_at_once(tmp_path):
    made = lab(tmp_path)
    node, post = made.nodes[0], made.nodes[0].post
    node.post = lambda payload, **more: node.clock.sleep(2) or post(payload, **more)
    batch = events_of(made).send(node, 3, watching=made.nodes, rate=2).batch
    assert [one.at_wall for one in batch.events] == [2, 4, 6]


@pytest.mark.parametrize("late", ["traces", "rows"])
def test_what_comes_late_is_waited_for(tmp_path, late):
    made = lab(tmp_path)
    clock, write, peek = made.nodes[0].clock, made._write, made.peek
    if late == "traces":
        made._write = lambda *one, **out: clock.plan.append((clock.now + 9, lambda: write(*one, **out)))
    else:
        made.peek = lambda: peek() if clock.now >= 9 else []
    passage = events_of(made).send(made.nodes[0], 3, watching=made.nodes)
    assert all(hop.exactly_once for hop in passage.ledger.hops)


def test_a_row_that_comes_again_a_second_after_the_others_is_seen(tmp_path):
    made = lab(tmp_path)
    made.nodes[0].clock.plan = [(1.1, lambda: made.stored.append(made.stored[0]))]
    assert len(events_of(made).send(made.nodes[0], 3, watching=made.nodes).ledger.stored_once.doubled) == 1


def test_a_sample_is_sent_once_for_all_who_ask(tmp_path):
    made = lab(tmp_path)
    events = events_of(made)
    assert events.sample(made.nodes[0], watching=made.nodes) == events.sample(made.nodes[0], watching=made.nodes)
    assert len(made.stored) == 20


@pytest.mark.parametrize(
    ("status", "lost", "expected"),
    [(404, (), r"took 0 of 5 events.*HTTP 404"), (200, ("node1", "node2"), "no event trace of 5 accepted events")],
    ids=["a receiver that refuses", "no trace"],
)
def test_without_an_answer_or_a_trace_there_is_nothing_to_judge(tmp_path, status, lost, expected):
    made = lab(tmp_path)
    made.nodes[0].status, made.lost = status, {(node, seq) for node in lost for seq in range(5)}
    with pytest.raises(EvidenceError, match=expected):
        events_of(made).send(made.nodes[0], 5, watching=made.nodes)


def test_cut_event_sync_fails_the_processing_requirement(tmp_path):
    made = lab(tmp_path)
    made.lost = {("node2", seq) for seq in range(20)}
    with pytest.raises(AssertionError, match="sent to node1 only: processed by node2: 0 of 20 events"):
        suite.test_events_sent_to_one_node_are_processed_by_both(made.nodes[0], tuple(made.nodes), events_of(made))


@pytest.mark.parametrize(("kind", "expected"), [("doubled", "doubled 1"), ("lost", "lost 1")])
def test_a_doubled_or_dropped_row_fails_the_storing_requirement(tmp_path, kind, expected):
    made = lab(tmp_path)
    getattr(made, kind).add(("stored", 7))
    with pytest.raises(AssertionError, match=expected):
        suite.test_events_sent_to_one_node_are_stored_once(made.nodes[0], tuple(made.nodes), events_of(made))


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [({TRACE: b"old"}, {}, ""), ({TRACE: b"old and long"}, {TRACE: b"new"}, "new"), ({}, {}, "")],
    ids=["did not grow", "begun again", "not there"],
)
def test_the_text_of_a_file_is_what_came_since(before, after, text):
    access = FakeAccess("node1", before)
    texts = AppendedTexts(access)
    access.files |= after
    assert set(texts.read().values()) == {"", text}
    assert texts.read()[TRACE] == text


@pytest.mark.parametrize(
    ("missing", "waited"),
    [((), deadlines.EVENT_SETTLED), ((0, 1), deadlines.EVENT_QUIET), ((0, 3, 4), deadlines.EVENT_CAUGHT_UP)],
    ids=("nothing missing", "older ones missing", "the newest missing"),
)
def test_what_is_missing_is_waited_for_only_while_the_store_does_not_take_what_came_after_it(tmp_path, missing, waited):
    made = lab(tmp_path)
    events = events_of(made)
    batch = events.send(made.nodes[0], 5, watching=made.nodes).batch
    made.stored[:] = [name for number, name in enumerate(batch.sent) if number not in missing]
    begun = made.nodes[0].clock.now
    events._until_quiet(batch, {}, deadlines.EVENT_CAUGHT_UP)
    assert made.nodes[0].clock.now - begun == pytest.approx(waited.limit, abs=0.3)


class Clients:
    """Sends to nodes by name; a `slow` one takes so many seconds to answer."""

    def __init__(self, slow: dict[str, float] | None = None) -> None:
        self.slow = slow or {}
        self.sent = 0

    def __call__(self, node) -> SentEvent:
        self.sent += 1
        seq, at = self.sent, time.time()
        time.sleep(self.slow.get(node.name, 0.0))
        return SentEvent(f"e-{seq}", seq, value_of(seq), node.name, at, 0.0, 200)


def flowing(tmp_path, seconds: float, **more) -> list[SentEvent]:
    nodes = lab(tmp_path).nodes
    clients = Clients(**more)
    with Flow(nodes, clients, lambda batch, quiet: {}, 50, SYSTEM, int) as flow:
        time.sleep(seconds)
    assert (len(flow.batch.events), flow._pause) == (clients.sent, 0.02)
    return list(flow.batch.events)


def test_a_flow_goes_to_each_target_at_the_bounded_rate(tmp_path):
    events = flowing(tmp_path, 0.4)
    by_node = {name: [one for one in events if one.node == name] for name in ("node1", "node2")}
    assert all(3 <= len(mine) <= 22 for mine in by_node.values())


def test_a_node_that_does_not_answer_holds_up_only_its_own_clients(tmp_path):
    events = flowing(tmp_path, 0.4, slow={"node1": 0.3})
    assert len([one for one in events if one.node == "node1"]) <= 2
    assert len([one for one in events if one.node == "node2"]) >= 5


def test_a_slot_that_was_missed_is_not_made_up_for(tmp_path):
    events = [one for one in flowing(tmp_path, 0.5, slow={"node1": 0.1}) if one.node == "node1"]
    assert len(events) <= 6


def test_a_flow_of_lab_events_is_numbered_once_and_followed(tmp_path, monkeypatch):
    monkeypatch.setattr("conformance.deadlines.EVENT_STORED", EVENT_STORED.within(1, "selftest"))
    made = lab(tmp_path)
    events = LabEvents(made, made.nodes[0].witness, SYSTEM)
    with events.flow(made.nodes[:1], watching=made.nodes, rate=100) as flow:
        time.sleep(0.2)
    passage = flow.settle(EVENT_QUIET.within(0.3, "selftest"))
    assert len(set(passage.batch.sent)) == len(passage.batch.events) > 3
    assert all(hop.exactly_once for hop in passage.ledger.hops)
