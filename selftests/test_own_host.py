"""Hosts that files name: whether another node gets there, and which may stand where a node's own address belongs."""

from pathlib import Path

import pytest

from conformance.deployment.spec import NodeSpec
from conformance.evidence.witness import Witness
from conformance.judgement.located import Located, Where
from conformance.judgement.requirement import NotAssessed
from conformance.node.home import own_host
from conformance.node.home.own_host import OwnHost, canonical, unreachable

PLACE = Where("node1", "some.xml", 7)
PEER = {"node2": ("198.51.100.12", "das2")}
STATED = OwnHost(("198.51.100.11", "das1"), PEER)
CLAIMED = OwnHost(("198.51.100.11", "das1"), PEER, stated=False)
NAMES = {
    "das1.example": ["198.51.100.11"],
    "both": ["127.0.1.1", "198.51.100.11"],
    "nat": ["203.0.113.5"],
    "self": ["127.0.1.1"],
    "six": ["::1"],
    "wrong": ["::ffff:198.51.100.12"],
}
FIRST = NodeSpec("node1", "198.51.100.11", Path(), "a")
SECOND = NodeSpec("node2", "198.51.100.12", Path(), "b")


def refusal(own, host):
    return own.refusal(Located(host, PLACE))


@pytest.mark.parametrize("own", [STATED, CLAIMED])
@pytest.mark.parametrize("host", ["198.51.100.11", "das1", "DAS1", "das1.", "::ffff:198.51.100.11", "das1.example"])
def test_the_nodes_own_address_and_names_are_right(own, host):
    assert refusal(own, host) == ""
    assert own.may_have(host)


@pytest.mark.parametrize("own", [STATED, CLAIMED])
@pytest.mark.parametrize(("host", "expected"), [
    ("198.51.100.12", "it is that of node2"),
    *((name, "it is that of node2") for name in ("das2", "das2.example")),
    ("127.0.0.1", "loopback"),
    ("::1", "loopback"),
    ("0.0.0.0", "wildcard"),
    ("localhost", "localhost"),
    ("[node IP]", "placeholder"),
    ("", "empty"),
])  # fmt: skip
def test_what_no_peer_can_call_and_the_peers_own_are_refused(own, host, expected):
    assert expected in refusal(own, host)
    assert refusal(own, host).startswith("node1 some.xml:7: found ")


def test_another_address_is_wrong_where_the_hosts_are_stated_and_cannot_be_judged_where_no_one_stated_any():
    assert "the host has 198.51.100.11" in refusal(STATED, "198.51.100.99")
    with pytest.raises(NotAssessed, match=r"topology\.toml"):
        refusal(CLAIMED, "198.51.100.99")
    assert not CLAIMED.may_have("198.51.100.99")
    assert not CLAIMED.may_have("198.51.100.11:4000")


def test_an_address_that_both_nodes_claim_is_refused_unless_they_share_a_host_and_none_that_no_one_stated():
    both = {"node2": ("198.51.100.11",)}
    assert "node2 has it too" in refusal(OwnHost(("198.51.100.11",), both), "198.51.100.11")
    assert refusal(OwnHost(("198.51.100.11",), both, single_host=True), "198.51.100.11") == ""
    # Of a host that is known by its name only, or by an address of another kind.
    assert refusal(OwnHost(("das1",)), "198.51.100.99") == ""
    assert refusal(OwnHost(("198.51.100.11",)), "2001:db8::1") == ""


def resolving(*specs, single_host=False):
    def resolve(name):
        return NAMES.get(name, [])

    return OwnHost.of(specs[0], specs[1:], single_host=single_host, resolve=resolve)


@pytest.mark.parametrize("name", ["das1.example", "Both.", "nat", "unknown"])
def test_a_name_is_right_unless_its_address_proves_that_it_is_wrong(name):
    assert refusal(resolving(FIRST, SECOND), name) == ""


@pytest.mark.parametrize(("name", "expected"), [
    ("self", "the name stands for 127.0.1.1, and each host has a loopback of its own"),
    ("six", "the name stands for ::1, and each host"),
    ("wrong", "the name stands for 198.51.100.12, which is that of node2"),
])  # fmt: skip
def test_a_name_for_a_loopback_or_for_the_peer_is_refused(name, expected):
    assert expected in refusal(resolving(FIRST, SECOND), name)
    assert refusal(resolving(FIRST, SECOND, single_host=True), name) == ""


def test_no_name_is_resolved_that_is_stated_or_where_an_address_is_only_claimed():
    for specs in ((FIRST, SECOND._replace(stated=False)), (FIRST._replace(stated=False), SECOND)):
        assert resolving(*specs).resolve is None
        assert refusal(resolving(*specs), "wrong") == ""
    assert refusal(resolving(FIRST._replace(other_names=("self",)), SECOND), "self") == ""


def test_further_claimed_addresses_are_the_nodes_but_not_proved_to_be():
    own = OwnHost.of(FIRST._replace(other_names=("das1", "10.0.0.11"), stated=False), (SECOND,))
    assert (own.known, own.claimed) == (("198.51.100.11", "das1"), ("10.0.0.11",))
    assert own.has("10.0.0.11")
    with pytest.raises(NotAssessed, match=r"whether 10\.0\.0\.11 or 198\.51\.100\.11 is"):
        refusal(own, "10.0.0.11")


def test_spellings_of_one_address_are_one():
    assert canonical("2001:DB8:0::1") == canonical("[2001:db8::1]") == "2001:db8::1"
    assert canonical("fe80:0::12%eth0") == "fe80::12"
    assert canonical(" Das1.Example. ") == "das1.example"
    assert canonical("X1.exampleX") == "x1.examplex"
    # Java takes such numbers for decimal ones, other readers for octal ones.
    assert canonical("198.051.100.011") == "198.51.100.11"


def test_a_name_is_looked_up(monkeypatch):
    def look_up(name, _port):
        if name != "das1":
            raise OSError(name)
        return [(2, kind, 0, "", (address, 0)) for address in ("198.51.100.12", "198.51.100.11") for kind in (1, 2)]

    monkeypatch.setattr(own_host.socket, "getaddrinfo", look_up)
    witness = Witness.silent()
    found = [own_host.resolved(witness, name) for name in ("das1", "unknown", "")]
    assert found == [["198.51.100.11", "198.51.100.12"], [], []]


def host(text):
    return Located(text, Where("node1", "a.xml", 3, "/a/b"))


@pytest.mark.parametrize("text", [
    "198.51.100.11", "das1.example.com", "2001:db8::1", "[2001:db8::1]", "198.051.100.011", "localhost-das1",
    "das_node_1", "d" * 63, "das1.", "1das", "5.das", f"{'d' * 63}." * 3 + "d" * 61, "DAS-1.svc.cluster.local",
])  # fmt: skip
def test_an_address_or_name_may_do(text):
    assert unreachable(host(text)) == ""


@pytest.mark.parametrize(("text", "reason"), [
    ("", "empty"),
    ("  ", "empty"),
    (" 198.51.100.11", "blanks"),
    ("localhost", "localhost of its own"),
    ("LocalHost.localdomain", "localhost of its own"),
    ("localhost6.localdomain6", "localhost of its own"),
    *((text, "loopback") for text in ("127.0.0.1", "127.0.0.21", "::1", "[::1]", "127.000.000.001")),
    *((text, "wildcard") for text in ("000.000.000.000", "0.0.0.0", "::")),
    ("[node IP]", "placeholder"),
    ("[198.51.100.11]", "placeholder"),
    ("${carbon.host}", "not replaced by the product"),
    *((text, "no resolver takes it") for text in (
        "198.51.100.300", "198.51.100", "das.5", f"{'d' * 63}." * 3 + "d" * 62, "das1.example\u202e", "das1\u200b",
        "das1..example", "-das1", "das1/24", "d" * 64, ".".join(["d" * 60] * 5),
    )),
])  # fmt: skip
def test_what_no_peer_can_call_is_reported_with_its_reason(text, reason):
    problem = unreachable(host(text))
    assert problem.startswith(f"node1 a.xml:3 /a/b: found {text!r}, expected this node's own address")
    assert reason in problem


def test_a_single_host_may_use_loopback_addresses_but_no_names_wildcards_or_nothing():
    assert unreachable(host("127.0.0.21"), single_host=True) == ""
    assert unreachable(host("0.0.0.0"), single_host=True)
    assert unreachable(host("localhost"), single_host=True)
    assert "found nothing" in unreachable(Located.missing(Where("node1", "a.xml")))
