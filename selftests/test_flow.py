"""A flow of events in real time: bounded, numbered once, and cut off from a node that does not answer."""

import time

from conformance.deadlines import EVENT_QUIET, EVENT_STORED
from conformance.events.batch import SentEvent, value_of
from conformance.events.flow import Flow
from conformance.events.lab_events import LabEvents
from conformance.waiting import SYSTEM
from selftests.fake_lab import lab


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
    with Flow(nodes, Clients(**more), lambda batch, quiet: {}, rate=50) as flow:
        time.sleep(seconds)
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
