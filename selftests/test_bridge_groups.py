"""Receiver URLs as the vendor's client reads them, and how a client of several nodes shares its events out."""

import re
from contextlib import closing
from dataclasses import dataclass, field

import pytest

from conformance import deadlines
from conformance.data_bridge import receiver_urls
from conformance.data_bridge.bundle import Stream, WireEvent
from conformance.data_bridge.client import BridgeAddress
from conformance.data_bridge.problems import NodeGone
from conformance.data_bridge.publisher import Delivery, Publisher
from conformance.data_bridge.receiver_urls import Spread
from conformance.errors import ConformanceError
from selftests.fake_clock import FakeClock

A, B = ("a", 1), ("b.example", 65535)
STREAM = Stream("in", "1.0.0", {"id": "STRING"})
FAIL_OVER, SPREAD, BOTH = "{tcp://a:1|tcp://b:1}", "tcp://a:1,tcp://b:1", "{tcp://a:1},{tcp://b:1}"


@pytest.mark.parametrize(("urls", "expected"), [
    ("tcp://a:1", [(Spread.ONE, (A,))]),
    ("{tcp://a:1}", [(Spread.ONE, (A,))]),
    (receiver_urls.fail_over([A, B]), [(Spread.FAIL_OVER, (A, B))]),
    (receiver_urls.load_balanced([A, B]), [(Spread.LOAD_BALANCED, (A, B))]),
    (receiver_urls.each([A, B]), [(Spread.ONE, (A,)), (Spread.ONE, (B,))]),
    ("{tcp://a:1 | tcp://b.example:65535} ,\n{tcp://a:1}", [(Spread.FAIL_OVER, (A, B)), (Spread.ONE, (A,))]),
    ("{tcp://a:1},tcp://b:2", "found 'tcp://b:2' outside of braces"),
    ("{tcp://a:1|tcp://b:2,tcp://c:3}", "a group is either"),
    *((one, f"found {one!r} - write tcp://HOST:PORT") for one in ("", "a:1", "ssl://a:1", "tcp://a:1/x", "tcp://a")),
    *((f"tcp://a:{port}", f"found 'tcp://a:{port}'") for port in (0, 65536)),
])  # fmt: skip
def test_receiver_urls_are_read_as_the_vendors_client_reads_them(urls, expected):
    if isinstance(expected, str):
        with pytest.raises(ConformanceError, match=re.escape(expected)):
            receiver_urls.groups(urls)
    else:
        assert [(one.spread, one.places) for one in receiver_urls.groups(urls)] == expected


@dataclass
class Node:
    """A client whose node may be down; it remembers what it took."""

    address: BridgeAddress
    down: bool = False
    took: list[str] = field(default_factory=list)
    tried: int = 0
    closed: bool = False

    def publish(self, events, _deadline) -> None:
        self.tried += 1
        if self.down:
            raise NodeGone(f"{self.address.node} is gone", "")
        self.took += [str(one.values[0]) for one in events]

    def drop(self) -> None:
        pass

    def close(self) -> None:
        self.closed = True


class World:
    def __init__(self, urls: str) -> None:
        self.nodes: dict[str, Node] = {}
        self.clock = FakeClock()
        self.publisher = Publisher(urls, self.connect, self.clock)

    def connect(self, host: str, port: int) -> Node:
        return self.nodes.setdefault(host, Node(BridgeAddress(host, host, port, port)))

    def send(self, *names: str) -> list[tuple[Delivery, ...]]:
        return [self.publisher.publish([WireEvent(STREAM, 0, (name,))]) for name in names]

    @property
    def took(self) -> dict[str, list[str]]:
        return {name: node.took for name, node in self.nodes.items()}


def test_a_client_that_fails_over_uses_the_first_that_is_there():
    world = World(FAIL_OVER)
    world.send("1", "2")
    world.nodes["a"].down = True
    ((third,), *_) = world.send("3", "4")
    assert third.node == "b"
    assert third.problems == ("a is gone",)
    assert world.took == {"a": ["1", "2"], "b": ["3", "4"]}
    assert world.nodes["a"].tried == 3


def test_it_goes_back_to_the_first_after_a_while():
    world = World(FAIL_OVER)
    world.send("1")
    world.nodes["a"].down = True
    world.send("2")
    world.nodes["a"].down = False
    world.send("3")
    world.clock.sleep(deadlines.BRIDGE_RECONNECT.limit)
    world.send("4")
    assert world.took == {"a": ["1", "4"], "b": ["2", "3"]}


def test_a_load_balanced_client_takes_turns_and_leaves_out_who_is_down():
    world = World(SPREAD)
    world.send("1", "2", "3")
    assert world.took == {"a": ["1", "3"], "b": ["2"]}
    world.nodes["b"].down = True
    deliveries = world.send("4", "5", "6")
    assert [one.node for (one,) in deliveries] == ["a", "a", "a"]
    assert world.nodes["b"].tried == 2


def test_a_client_of_two_groups_sends_each_event_to_both_and_closes_both():
    world = World(BOTH)
    with closing(world.publisher):
        world.send("1")
        world.nodes["b"].down = True
        ((first, second),) = world.send("2")
    assert (first.node, second.node) == ("a", "")
    assert world.took == {"a": ["1", "2"], "b": ["1"]}
    assert all(node.closed for node in world.nodes.values())


@pytest.mark.parametrize("urls", [FAIL_OVER, SPREAD])
def test_with_no_one_left_all_are_tried_again(urls):
    world = World(urls)
    world.send("1")
    for node in world.nodes.values():
        node.down = True
    ((no_one,),) = world.send("2")
    assert no_one == Delivery("", ("a is gone", "b is gone")) or no_one == Delivery("", ("b is gone", "a is gone"))
    for node in world.nodes.values():
        node.down = False
    ((taken,),) = world.send("3")
    assert taken.node
    assert not taken.problems
