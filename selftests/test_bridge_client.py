"""Clients of one data bridge and of two: what they send, fail-over, load balance, and what they say of bad answers."""

import re
import socket
import ssl
import struct
import threading
from dataclasses import dataclass, field
from unittest.mock import Mock

import pytest

from conformance import deadlines
from conformance.data_bridge import receiver_urls
from conformance.data_bridge.bundle import WireEvent, bundle, wire
from conformance.data_bridge.client import BridgeAddress
from conformance.data_bridge.problems import (
    CertificateUnknown,
    LoginRefused,
    NoAnswer,
    NodeGone,
    NotThrift,
    PortClosed,
    SessionExpired,
    StreamUndefined,
)
from conformance.data_bridge.publisher import Delivery, Publisher
from conformance.data_bridge.receiver_urls import Spread
from conformance.data_bridge.stream import Stream
from conformance.errors import ConformanceError
from conformance.node.services.http_session import HttpSession
from selftests.fake_bridge import FakeBridge, certificate
from selftests.fake_clock import FakeClock

LAB = Stream("LabWire", "1.0.0", {"id": "STRING", "seq": "INT", "value": "LONG"})
SHORT = deadlines.BRIDGE_ANSWER.within(0.2, "selftest")


@pytest.fixture(scope="module")
def pem(tmp_path_factory):
    return certificate(tmp_path_factory.mktemp("pem"))


@pytest.fixture
def bridge(pem):
    made = FakeBridge(pem)
    yield made
    made.close()


def event(name: str = "e-1") -> WireEvent:
    return WireEvent(LAB, 1_000, (name, 7, 64))


def test_events_arrive_as_they_were_sent(bridge):
    with bridge.client() as client:
        client.demand(LAB)
        client.publish([event("a"), event("b")])
    (found,) = bridge.handler.bundles
    assert (found.events, found.texts) == (2, ["LabWire:1.0.0", "a", "LabWire:1.0.0", "b"])
    assert (found.longs, found.ints, found.doubles) == ([1_000, 64, 1_000, 64], [7, 7], None)
    assert not bridge.handler.sessions


def test_a_node_whose_ciphers_are_those_of_its_time_is_asked(bridge):
    bridge._tls.maximum_version = ssl.TLSVersion.TLSv1_2
    bridge._tls.set_ciphers("ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0")
    bridge.client().login()

    def answer(connected):
        with bridge._tls.wrap_socket(connected, server_side=True) as secured:
            secured.recv(4096)
            secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi")

    bridge.tamper_tls = answer
    assert HttpSession("node1", f"https://{bridge.address.host}:{bridge.address.secure}").get("x").text == "hi"


def test_a_node_at_an_address_of_ipv6_is_sent_to(pem):
    try:
        bridge = FakeBridge(pem, host="::1")
    except OSError as problem:
        pytest.skip(f"this machine has no IPv6: {problem}")
    with bridge.client() as client:
        client.publish([event("a")])
    assert bridge.handler.bundles[0].texts[1] == "a"
    bridge.close()


def test_each_type_of_attribute_travels_in_its_list_and_none_may_lack():
    kinds = {"i": "INT", "l": "LONG", "f": "FLOAT", "d": "DOUBLE", "b": "BOOL", "s": "STRING", "n": "STRING"}
    found = bundle("s", [WireEvent(Stream("all", "1.0.0", kinds), 5, (1, 2, 0.5, 1.5, True, "text", None))])
    assert (found.ints, found.longs, found.doubles, found.bools) == ([1], [5, 2], [0.5, 1.5], [True])
    assert found.texts == ["all:1.0.0", "text", "_null"]
    with pytest.raises(ValueError, match="shorter"):
        bundle("s", [WireEvent(LAB, 5, ("a", 1))])


def no_tls(bridge):
    bridge.tamper_tls = lambda connected: connected.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def goes_in_the_middle(bridge):
    bridge.handler.before_taking = lambda _: bridge.close()


def forgets_its_sessions(bridge):
    bridge.handler._known = Mock(side_effect=wire().SessionExpired("gone"))


@pytest.mark.parametrize(
    ("tamper", "problem", "expected"),
    [
        (FakeBridge.close, PortClosed, r"node1 data bridge 127.0.0.1:\d+ \(TLS\): no connection .*refused.*offset"),
        (no_tls, CertificateUnknown, "no TLS .*sslPort, not the tcpPort"),
        (goes_in_the_middle, NodeGone, "publish: the connection ended in the middle .*taken is not known.*send again"),
        (forgets_its_sessions, SessionExpired, "does not know the session .*clientTimeoutMin"),
    ],
)
def test_what_goes_wrong_is_named_with_its_remedy(bridge, tamper, problem, expected):
    client = bridge.client()
    tamper(bridge)
    with pytest.raises(problem, match=expected):
        client.publish([event()])


def test_a_wrong_password_is_named_with_the_permission_and_an_undefined_stream_with_its_file(bridge):
    with pytest.raises(LoginRefused, match=r"admin may not log in \(wrong userName .*publish/wso2event"):
        bridge.client("wrong").login()
    with pytest.raises(StreamUndefined, match=r"no stream other:1\.0\.0 .*deploy other_1\.0\.0\.json"):
        bridge.client().demand(Stream("other", "1.0.0", {"id": "STRING"}))


def test_an_unknown_certificate_is_named_with_its_remedy_and_a_trusted_one_taken(bridge, tmp_path, pem):
    other = certificate(tmp_path, "other")
    with pytest.raises(CertificateUnknown, match=r"\(TLS\): the certificate is not trusted .*keytool"):
        bridge.client(trust=str(other)).login()
    assert bridge.handler.logins == 0
    bridge.client(trust=str(pem)).login()
    assert bridge.handler.logins == 1


@pytest.mark.parametrize("which", ["plain", "tls"])
def test_a_silent_port_ends_at_the_deadline(bridge, which):
    released = threading.Event()

    def silent(_connected: socket.socket) -> None:
        released.wait()

    client = bridge.client()
    if which == "plain":
        client.login()
    bridge.tamper = bridge.tamper_tls = silent
    with pytest.raises(NoAnswer, match=r"no answer within 0\.2 s \(selftest\)"):
        client.publish([event()], SHORT)
    released.set()


@pytest.mark.parametrize(("answer", "expected"), [
    (b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "no answer of a data bridge"),
    (struct.pack("!i", -0x7FFF0000 + 2) + struct.pack("!i", 0x7FFFFFFF), "connection ended in the middle"),
    (b"\x80\x01\x00\x03\x00\x00\x00\x01x\x00\x00\x00\x00" + b"\x00", "the server reports"),
    (b"\x80\x01\x00\x02\x7f\xff\xff\xff" + b"x" * (2 << 20), "answer is larger than"),
    (b"", "connection ended in the middle"),
], ids=["http", "huge length", "exception", "endless", "nothing"])  # fmt: skip
def test_what_is_no_data_bridge_is_reported(bridge, answer, expected):
    def other(connected: socket.socket) -> None:
        connected.recv(1 << 16)
        connected.sendall(answer)
        connected.shutdown(socket.SHUT_WR)
        connected.recv(1)

    client = bridge.client()
    client.login()
    bridge.tamper = other
    with pytest.raises((NotThrift, NodeGone), match=expected):
        client.publish([event()])


def test_a_lost_session_is_renewed_once(bridge):
    client = bridge.client()
    client.login()
    bridge.handler.sessions.clear()
    client.publish([event("again")])
    assert (bridge.handler.ids, bridge.handler.logins) == (["again"], 2)


def test_a_client_goes_on_after_a_failure(bridge):
    client = bridge.client()
    client.login()
    bridge.tamper = lambda connected: connected.close()
    with pytest.raises(NodeGone):
        client.publish([event("lost")])
    bridge.tamper = None
    client.publish([event("taken")])
    assert bridge.handler.ids == ["taken"]


def test_logging_out_of_a_node_that_is_gone_is_no_error(bridge):
    client = bridge.client()
    client.login()
    bridge.close()
    client.close()


A, B = ("a", 1), ("b.example", 65535)


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


STREAM = Stream("in", "1.0.0", {"id": "STRING"})
FAIL_OVER, SPREAD, BOTH = "{tcp://a:1|tcp://b:1}", "tcp://a:1,tcp://b:1", "{tcp://a:1},{tcp://b:1}"


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
        return self.nodes.setdefault(host, Node(BridgeAddress(host, host, port)))

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
    with world.publisher:
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
