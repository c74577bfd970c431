"""Clients over Thrift during a failover: on real data bridges of this machine, and what became of each one's events."""

import re
import threading
import time
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from conformance.data_bridge.client import BridgeAddress, BridgeClient
from conformance.data_bridge.problems import NoBridge
from conformance.database.record_store import Record
from conformance.deadlines import EVENT_QUIET
from conformance.disruption.failover.active_loss import ClientsMeanwhile
from conformance.errors import EvidenceError
from conformance.events.batch import Batch, SentEvent, value_of
from conformance.events.loss import Window
from conformance.events.wire_client import WireClient
from conformance.events.wire_events import WireEvents
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotApplicable
from selftests.fake_bridge import FakeBridge, certificate
from selftests.fake_clock import SkippingClock
from selftests.fake_node import StillClock
from suites import test_events as suite

URLS = "{tcp://a:7611|tcp://b:7611}"
WINDOW = Window(0.25, 0.55, "the switch")


@dataclass
class Node:
    bridge: FakeBridge
    lacking: type[EvidenceError] | None = None

    @property
    def name(self) -> str:
        return self.bridge.node

    @property
    def data_bridge(self) -> BridgeAddress:
        if self.lacking:
            raise self.lacking(f"{self.name}: data-bridge-config.xml names no Thrift receiver", "name one")
        return self.bridge.address

    @property
    def bridge_client(self) -> BridgeClient:
        return self.bridge.client()


@dataclass
class Table:
    """Stores what both nodes took; `drops` and `doubles` are places in the order of coming."""

    nodes: list[Node]
    drops: set[int] = field(default_factory=set)
    doubles: set[int] = field(default_factory=set)

    def peek(self) -> list[Record]:
        ids = [one for node in self.nodes for one in node.bridge.handler.ids]
        copies = {seq: 0 if seq in self.drops else 2 if seq in self.doubles else 1 for seq in range(len(ids))}
        return [Record(str(n), n, {"id": one}) for n, one in enumerate(ids) for _ in range(copies[n])]


@pytest.fixture
def nodes(tmp_path):
    pem = certificate(tmp_path)
    made = [Node(FakeBridge(pem, name)) for name in ("node1", "node2")]
    yield made
    for node in made:
        node.bridge.close()


@pytest.fixture
def table(nodes):
    return Table(nodes)


@pytest.fixture
def events(table, monkeypatch):
    monkeypatch.setattr("conformance.events.wire_events.RATE", 100)
    return WireEvents(table, Witness.silent(), SkippingClock())


def until(nodes, *counts: int) -> None:
    """Until each node has taken so many events."""
    while any(len(node.bridge.handler.bundles) < count for node, count in zip(nodes, counts, strict=True)):
        time.sleep(0.01)


def test_one_client_falls_over_and_one_spreads(nodes, events):
    meanwhile = ClientsMeanwhile(events, nodes)
    with meanwhile:
        until(nodes, 5, 2)
        nodes[0].bridge.close()
        until(nodes, 5, 6)
    fail_over, spread = meanwhile.settle(EVENT_QUIET)
    assert ("|" in fail_over.urls, "|" in spread.urls) == (True, False)
    assert (fail_over.lost.events, spread.lost.events, spread.doubled) == ((), (), ())
    # What a node takes before it ends, and has not confirmed, is sent again.
    assert set(fail_over.doubled) <= set(fail_over.sent_again)
    assert {one.node for one in fail_over.batch.events} == {"node1", "node2"}
    assert fail_over.batch.events[0].node == "node1"
    assert fail_over.sent_again
    assert meanwhile.why_none == ""
    assert not nodes[1].bridge.handler.sessions
    assert not any(one.name.startswith("flow to") for one in threading.enumerate())


@pytest.mark.parametrize(("at", "found"), [(16, [0, 1, 0]), (20.5, [0])])
def test_rows_are_waited_for_while_more_come_and_then_for_those_that_come_again(at, found):
    batch, clock, rows = Batch((sent(0), sent(1))), StillClock(), []
    clock.plan = [(8, lambda: rows.append("e-0")), (at, lambda: rows.append("e-1"))]
    clock.plan += [(at + 1.5, lambda: rows.append("e-0"))]
    table = SimpleNamespace(peek=lambda: [Record("", 0, {"id": one}) for one in ("another", *rows)])
    events = WireEvents(table, Witness.silent(), clock)
    assert events.until_stored(batch, EVENT_QUIET.within(10, "selftest")) == [f"e-{one}" for one in found]


def test_what_the_store_lacks_or_has_twice_is_counted_for_its_client(nodes, events, table):
    table.drops, table.doubles = {0}, {1}
    meanwhile = ClientsMeanwhile(events, nodes)
    with meanwhile:
        until(nodes, 4, 1)
    clients = meanwhile.settle(EVENT_QUIET)
    assert sum(len(one.lost.events) for one in clients) == 1
    assert sum(len(one.doubled) for one in clients) == 1


@pytest.mark.parametrize(("tamper", "why"), [
    (lambda node: setattr(node, "lacking", EvidenceError), "node2: data-bridge-config.xml names no Thrift receiver"),
    (lambda node: node.bridge.handler.streams.clear(), "node2 data bridge .*no stream LabWire:1.0.0"),
])  # fmt: skip
def test_nodes_without_data_bridge_or_stream_have_no_such_clients_and_no_session_left(nodes, events, tamper, why):
    tamper(nodes[1])
    meanwhile = ClientsMeanwhile(events, nodes)
    with meanwhile:
        assert meanwhile.settle(EVENT_QUIET) == ()
    assert re.search(f"nothing was sent over Thrift: {why}", meanwhile.why_none)
    assert not any(node.bridge.handler.sessions for node in nodes)


def test_a_sample_to_one_node_is_followed_into_the_store_where_a_row_too_many_fails(nodes, events, table):
    table.doubles = {2}
    sample = events.sample(nodes[0])
    assert [one.seq for one in sample.batch.events] == list(range(20))
    stored = sample.stored_once
    assert (len(stored.expected), stored.lost, len(stored.doubled)) == (20, (), 1)
    assert not nodes[1].bridge.handler.bundles
    with pytest.raises(AssertionError, match=r"sent over Thrift to node1 only: .*19 of 20"):
        suite.test_events_sent_over_thrift_to_one_node_are_stored_once(nodes[0], events)


@pytest.mark.parametrize(("tamper", "why"), [
    (lambda node: setattr(node, "lacking", NoBridge), "names no Thrift receiver"),
    (lambda node: node.bridge.handler.streams.clear(), "no stream LabWire:1.0.0"),
])  # fmt: skip
def test_a_node_that_does_not_offer_what_a_sample_needs_is_not_judged_by_it(nodes, events, tamper, why):
    tamper(nodes[0])
    with pytest.raises(NotApplicable, match=f"nothing was sent over Thrift: .*{why}"):
        events.sample(nodes[0])


def test_a_sample_that_the_node_does_not_take_is_no_verdict(nodes, events):
    def refuse(_bundle: object) -> None:
        nodes[0].bridge.close()

    nodes[0].bridge.handler.before_taking = refuse
    with pytest.raises(EvidenceError, match="node1: 20 of 20 events were not taken: node1 data bridge"):
        events.sample(nodes[0])


def sent(seq: int, node: str = "node1", problem: str = "") -> SentEvent:
    return SentEvent(f"e-{seq}", seq, value_of(seq), node, seq * 0.1, 0.0, 200 if node else 0, problem)


def client(*stored: int, events: list[SentEvent] | None = None) -> WireClient:
    batch = Batch(tuple(events or [sent(seq) for seq in range(10)]))
    return WireClient(URLS, batch, tuple(f"e-{seq}" for seq in stored))


def test_loss_inside_of_the_window_is_counted_only():
    whole, lossy = client(*range(10)), client(0, 1, 2, 6, 7, 8, 9)
    assert whole.wrong(WINDOW, 0.0) == lossy.wrong(WINDOW, 0.0) == []
    assert (len(whole.arrived), whole.doubled, lossy.summary()["lost"]) == (10, (), 3)
    assert [round(one.without_service, 3) for one in (whole, lossy, client())] == [0.1, 0.4, 0.9]
    assert WireClient.from_json(lossy.as_json()) == lossy


def test_loss_outside_of_the_window_is_reported_with_the_client():
    (problem,) = client(0, 1, 2, 3, 4, 5, 6, 7, 8).wrong(WINDOW, 0.0)
    assert problem.startswith(f"client {URLS}: stored: 1 of 10 accepted events missing")
    assert "outside of the disruption (0.3 s: the switch)" in problem


def test_a_double_is_wrong_unless_the_client_sent_twice_or_it_is_of_the_switch():
    events = [sent(0), sent(1, problem="node1 is gone"), sent(2)]
    assert client(0, 1, 1, 2, events=events).wrong(WINDOW, 0.0) == []
    assert client(0, 1, 1, 2, 2, events=events).wrong(WINDOW, 0.0) == [f"client {URLS}: stored more than once: e-2"]
    assert client(*range(10), 4).wrong(WINDOW, 0.0) == []


def test_an_event_that_no_one_took_is_neither_owed_nor_lost():
    events = [sent(0), sent(1, node="", problem="both are gone"), sent(2)]
    found = client(0, 2, events=events)
    assert found.wrong(WINDOW, 0.0) == []
    summary = found.summary()
    assert (summary["sent"], summary["taken"], summary["arrived"], summary["sent_again"]) == (3, 2, 2, 1)
