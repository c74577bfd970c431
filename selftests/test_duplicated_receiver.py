"""A receiver marked duplicated, on two nodes in memory: deployed, judged, removed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from conformance.errors import EvidenceError
from conformance.events.artifacts import TWICE, receiver_path
from conformance.events.duplicated import COUNT, DuplicatedReceiver
from conformance.events.traces import TRACE_FILES
from conformance.evidence.witness import Witness
from conformance.node.services.receiver import Sending
from selftests.event_texts import entered
from selftests.fake_clock import FakeClock
from selftests.fake_node import FakeAccess
from suites import test_events as suite


@dataclass
class Receiving:
    """A node whose receiver traces what it takes, as often as `copies` says for (node, number)."""

    access: FakeAccess
    peers: list[Receiving] = field(default_factory=list)
    copies: Callable[[int], int] = lambda number: 1
    forwards: bool = False
    status: int = 200

    @property
    def name(self) -> str:
        return self.access.name

    def receiver(self, name: str) -> Receiving:
        assert name == TWICE
        return self

    def offered(self) -> bool:
        return receiver_path(TWICE) in self.access.files and self.status != 404

    def post(self, payload: dict[str, object]) -> Sending:
        for _ in range(self.copies(int(str(payload["seq"])))):
            self.trace(payload)
        for peer in self.peers if self.forwards else ():
            peer.trace(payload)
        return Sending(0.0, 0.0, self.status)

    def trace(self, payload: dict[str, object]) -> None:
        text = entered(int(str(payload["seq"]))).replace(f"run-{payload['seq']:05d}", str(payload["id"]))
        self.access.append(text, TRACE_FILES[0])


@pytest.fixture
def nodes() -> tuple[Receiving, Receiving]:
    """Two nodes that know each other."""
    first, second = (Receiving(FakeAccess.good(name)) for name in ("node1", "node2"))
    first.peers, second.peers = [second], [first]
    return first, second


@pytest.fixture
def receiver(nodes, tmp_path) -> DuplicatedReceiver:
    """The receiver on these nodes."""
    return DuplicatedReceiver(nodes, Witness.recording(tmp_path), FakeClock())


def test_a_sound_receiver_passes_and_is_gone_afterwards(receiver, nodes):
    suite.test_events_of_a_duplicated_receiver_are_not_forwarded(receiver)
    suite.test_a_client_of_a_duplicated_receiver_is_processed_once_per_node(receiver)
    receiver.until_gone()
    assert not any(node.offered() for node in nodes)


def test_the_end_of_a_receiver_is_waited_for_once_and_only_where_there_was_one(receiver, nodes):
    nodes[0].offered = lambda: True
    receiver.until_gone()
    del nodes[0].offered
    _ = receiver.to_one
    nodes[0].offered = lambda: True
    with pytest.raises(EvidenceError, match="node1: end of receiver LabHttpTwice not within"):
        receiver.until_gone()


def test_forwarded_events_are_told(receiver, nodes):
    nodes[0].forwards = True
    with pytest.raises(AssertionError, match=rf"node2 processed {COUNT} of {COUNT} events .* node1 only.*forwarded"):
        suite.test_events_of_a_duplicated_receiver_are_not_forwarded(receiver)


@pytest.mark.parametrize(("copies", "told"), [(0, "lost 1"), (2, "doubled 1")])
def test_an_event_that_is_lost_or_doubled_on_a_node_is_told(receiver, nodes, copies, told):
    nodes[1].copies = lambda number: copies if number == 3 else 1
    with pytest.raises(AssertionError, match=f"processed by node2: 9 of 10 events exactly once; {told}"):
        suite.test_a_client_of_a_duplicated_receiver_is_processed_once_per_node(receiver)


def test_a_receiver_that_does_not_come_up_is_no_verdict(receiver, nodes):
    nodes[1].status = 404
    with pytest.raises(EvidenceError, match="node2: receiver LabHttpTwice not within"):
        _ = receiver.to_one
    assert receiver_path(TWICE) not in nodes[0].access.files


def test_a_refused_event_is_no_verdict(receiver, nodes):
    nodes[0].status = 403
    with pytest.raises(EvidenceError, match=r"node1: receiver LabHttpTwice refused .*HTTP 403"):
        _ = receiver.to_both


def test_a_receiver_that_cannot_be_removed_from_one_node_is_removed_from_the_other(receiver, nodes, monkeypatch):
    def refuse(_path: str) -> None:
        raise PermissionError("read only")

    monkeypatch.setattr(nodes[0].access, "remove", refuse)
    with pytest.raises(PermissionError, match="read only"):
        _ = receiver.to_one
    assert receiver_path(TWICE) not in nodes[1].access.files
