"""A receiver marked duplicated, on two nodes in memory: looked for, deployed, judged, removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from unittest.mock import Mock

import pytest
from lxml import etree

from conformance.data_bridge.bundle import Stream, WireEvent
from conformance.data_bridge.client import BridgeAddress
from conformance.data_bridge.problems import NodeGone
from conformance.errors import EvidenceError
from conformance.events.artifacts import LAB_IN, TWICE, duplicated_receiver, receiver_path
from conformance.events.duplicated import COUNT, DuplicatedReceiver
from conformance.events.traces import TRACE_FILES
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed
from conformance.node.log.carbon_log import NodeLog
from conformance.node.services.soap import ServiceMissing, SoapFault
from selftests.event_texts import entered
from selftests.fake_node import FakeAccess, StillClock, file_line
from suites import test_events as suite

#: What the deployer logs of a receiver's file; {} is the receiver's name.
ACTIVE = "Event Receiver configuration successfully deployed and in active state: {}"
HELD_BACK = (
    "Event receiver deployment held back and in inactive state: {}.xml, waiting for Input Event Adapter dependency"
)
GONE = "Event Receiver undeployed successfully: {}.xml"


class Deploying(FakeAccess):
    """Its deployer logs what it does, or nothing at all."""

    says = ACTIVE
    goes = GONE

    def write(self, path: str, content: bytes) -> None:
        super().write(path, content)
        self.log(self.says)

    def remove(self, path: str) -> None:
        super().remove(path)
        self.log(self.goes)

    def log(self, text: str) -> None:
        if text:
            logger = "org.wso2.carbon.event.receiver.core.EventReceiverDeployer"
            self.append(file_line(f"{logger}|{text.format(TWICE)}") + "\n")


@dataclass
class Receiving:
    """A node whose receiver traces what it takes, as often as `copies` says for an event's number; and its client."""

    access: Deploying
    witness: Witness
    clock: StillClock
    peers: list[Receiving] = field(default_factory=list)
    copies: Callable[[int], int] = lambda number: 1
    forwards: bool = False
    #: Seconds after which it traces an event.
    lag: float = 0.0
    refuses: bool = False
    adapters: Sequence[str] | Exception = ("http", "wso2event")

    def __post_init__(self) -> None:
        self.name = self.access.name
        self.data_bridge = self.address = BridgeAddress(self.name, self.name, 7611, 7711)
        self.admin = self.bridge_client = self
        self.drop = self.close = Mock()

    @property
    def log(self) -> NodeLog:
        return NodeLog(self.access, self.witness, self.clock)

    def adapter_types(self) -> list[str]:
        if isinstance(self.adapters, Exception):
            raise self.adapters
        return list(self.adapters)

    def demand(self, stream: Stream) -> None:
        assert stream == LAB_IN

    def publish(self, events: Sequence[WireEvent], _deadline: object) -> None:
        if self.refuses:
            raise NodeGone(f"{self.name} is gone", "")
        assert receiver_path(TWICE) in self.access.files
        for event in events:
            for _ in range(self.copies(int(str(event.values[1])))):
                self.trace(event)
            for peer in self.peers if self.forwards else ():
                peer.trace(event)

    def trace(self, event: WireEvent) -> None:
        name, seq = str(event.values[0]), int(str(event.values[1]))
        text = entered(seq).replace(f"run-{seq:05d}", name)
        self.clock.plan.append((self.clock.now + self.lag, lambda: self.access.append(text, TRACE_FILES[0])))


@pytest.fixture
def nodes() -> tuple[Receiving, Receiving]:
    witness, clock = Witness.silent(), StillClock()
    first, second = (Receiving(Deploying.good(name), witness, clock) for name in ("node1", "node2"))
    first.peers, second.peers = [second], [first]
    return first, second


@pytest.fixture
def receiver(nodes) -> DuplicatedReceiver:
    return DuplicatedReceiver(nodes, nodes[0].witness, nodes[0].clock)


@pytest.mark.parametrize("lag", [0, 9])
def test_a_good_receiver_passes_and_is_gone_afterwards(receiver, nodes, lag):
    nodes[1].lag = lag
    suite.test_events_of_a_duplicated_receiver_are_not_forwarded(receiver)
    suite.test_a_client_of_a_duplicated_receiver_is_processed_once_per_node(receiver)
    receiver.until_gone()
    assert not any(receiver_path(TWICE) in node.access.files for node in nodes)


def test_the_end_of_a_receiver_is_waited_for_once_and_only_where_there_was_one(receiver, nodes):
    nodes[0].access.goes = ""
    receiver.until_gone()
    _ = receiver.to_one
    with pytest.raises(EvidenceError, match=r"node1: end of receiver LabTwice: .* not within"):
        receiver.until_gone()
    nodes[0].access.log(GONE)
    receiver.until_gone()
    receiver.until_gone()


@pytest.mark.parametrize("lag", [0, 1.9])
def test_forwarded_events_are_reported(receiver, nodes, lag):
    nodes[0].forwards, nodes[1].lag = True, lag
    with pytest.raises(AssertionError, match=rf"node2 processed {COUNT} of {COUNT} events .* node1 only.*forwarded"):
        suite.test_events_of_a_duplicated_receiver_are_not_forwarded(receiver)


@pytest.mark.parametrize(("copies", "expected"), [(0, "lost 1"), (2, "doubled 1")])
def test_an_event_that_is_lost_or_doubled_on_a_node_is_reported(receiver, nodes, copies, expected):
    nodes[1].copies = lambda number: copies if number == 3 else 1
    with pytest.raises(AssertionError, match=f"processed by node2: 9 of 10 events exactly once; {expected}"):
        suite.test_a_client_of_a_duplicated_receiver_is_processed_once_per_node(receiver)


@pytest.mark.parametrize(("adapters", "expected"), [
    (("http", "kafka"), r"node2 offers no input adapter of type wso2event \(it offers http, kafka\)"),
    ((), r"it offers none"),
    (SoapFault("node2", "Access Denied."), "node2 does not say .*Access Denied"),
    (ServiceMissing("node2: no EventReceiverAdminService"), "node2 does not say .*no EventReceiverAdminService"),
])  # fmt: skip
def test_where_the_adapter_is_missing_nothing_is_deployed_or_awaited(receiver, nodes, adapters, expected):
    nodes[1].adapters = adapters
    for _ in range(2):
        with pytest.raises(NotAssessed, match=expected):
            _ = receiver.to_one
    assert nodes[0].clock.now == 0
    assert not any(receiver_path(TWICE) in node.access.files for node in nodes)


@pytest.mark.parametrize(("says", "expected"), [
    ("", "node2: receiver LabTwice: .* not within"), (HELD_BACK, "held back and in inactive state: LabTwice"),
])  # fmt: skip
def test_a_receiver_that_does_not_come_up_is_no_verdict(receiver, nodes, says, expected):
    nodes[1].access.says = says
    with pytest.raises(EvidenceError, match=expected):
        _ = receiver.to_one
    assert receiver_path(TWICE) not in nodes[0].access.files


def test_a_refused_event_is_no_verdict(receiver, nodes):
    nodes[0].refuses = True
    with pytest.raises(EvidenceError, match="receiver LabTwice: node1 is gone"):
        _ = receiver.to_both


def test_a_receiver_that_cannot_be_removed_from_one_node_is_removed_from_the_other(receiver, nodes, monkeypatch):
    monkeypatch.setattr(nodes[0].access, "remove", Mock(side_effect=PermissionError("read only")))
    with pytest.raises(PermissionError, match="read only"):
        _ = receiver.to_one
    assert receiver_path(TWICE) not in nodes[1].access.files


def test_the_receiver_takes_the_plans_stream_and_states_the_flag():
    root = etree.fromstring(duplicated_receiver())
    assert root.xpath("string(//*[local-name()='from']/@eventAdapterType)") == "wso2event"
    assert root.xpath("string(//*[@name='events.duplicated.in.cluster'])") == "true"
    assert root.xpath("string(//*[local-name()='to']/@streamName)") == LAB_IN.name
