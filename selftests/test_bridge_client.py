"""One client of a data bridge: what it sends, and what it says of bad answers."""

import socket
import ssl
import struct
import threading
from contextlib import closing
from unittest.mock import Mock

import pytest

from conformance import deadlines
from conformance.data_bridge.bundle import Stream, WireEvent, bundle, wire
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
from conformance.node.services.http_session import HttpSession
from selftests.fake_bridge import FakeBridge, certificate

LAB = Stream("LabWire", "1.0.0", {"id": "STRING", "seq": "INT", "value": "LONG"})
SHORT = deadlines.BRIDGE_ANSWER.within(0.05, "selftest")


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
    with closing(bridge.client()) as client:
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
    with closing(bridge.client()) as client:
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


@pytest.mark.parametrize(("tamper", "problem", "expected"), [
    (FakeBridge.close, PortClosed, r"node1 data bridge 127.0.0.1:\d+ \(TLS\): no connection .*refused.*offset"),
    (no_tls, CertificateUnknown, "no TLS .*sslPort, not the tcpPort"),
    (goes_in_the_middle, NodeGone, "publish: the connection ended in the middle .*taken is not known.*send again"),
    (forgets_its_sessions, SessionExpired, "does not know the session .*clientTimeoutMin"),
])  # fmt: skip
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
    with pytest.raises(NoAnswer, match=r"no answer within 0\.05 s \(selftest\)"):
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


def test_no_call_outlives_its_deadline_and_an_event_of_no_stream_is_named(bridge, monkeypatch):
    client = bridge.client()
    client.demand(LAB)
    with pytest.raises(NoAnswer, match=r"no answer within 0 s \(selftest\)"):
        client.publish([event()], deadlines.BRIDGE_ANSWER.within(0, "selftest"))
    bridge.handler.before_taking = Mock(side_effect=wire().EventUndefined("LabWire"))
    with pytest.raises(StreamUndefined, match=r"an event's stream is not defined \(LabWire\) - deploy or define it"):
        client.publish([event()])
    monkeypatch.setattr(socket, "create_connection", Mock(side_effect=TimeoutError))
    with pytest.raises(NoAnswer, match=r"node1 data bridge .*: no answer within 0\.05 s \(selftest\)"):
        bridge.client().login(SHORT)


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
