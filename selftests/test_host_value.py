import pytest

from conformance.judgement.located import Located, Where
from conformance.node.home.host_value import unreachable


def host(text):
    return Located(text, Where("node1", "a.xml", 3, "/a/b"))


@pytest.mark.parametrize(
    "text",
    [
        "198.51.100.11",
        "das1.example.com",
        "2001:db8::1",
        "das_node_1",
        "d" * 63,
        "das1.",
        "1das",
        "DAS-1.svc.cluster.local",
    ],
)
def test_an_address_or_name_may_do(text):
    assert unreachable(host(text)) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("  ", "empty"),
        (" 198.51.100.11", "blanks"),
        ("localhost", "localhost of its own"),
        ("LocalHost.localdomain", "localhost of its own"),
        ("127.0.0.1", "loopback"),
        ("127.0.0.21", "loopback"),
        ("::1", "loopback"),
        ("0.0.0.0", "wildcard"),
        ("::", "wildcard"),
        ("[node IP]", "placeholder"),
        ("${carbon.host}", "not replaced by the product"),
        ("198.51.100.300", "no resolver takes it"),
        ("198.51.100", "no resolver takes it"),
        ("das1.example\u202e", "no resolver takes it"),
        ("das1\u200b", "no resolver takes it"),
        ("das1..example", "no resolver takes it"),
        ("-das1", "no resolver takes it"),
        ("das1/24", "no resolver takes it"),
        ("d" * 64, "no resolver takes it"),
        (".".join(["d" * 60] * 5), "no resolver takes it"),
    ],
)
def test_what_no_peer_can_call_is_told_with_its_reason(text, reason):
    told = unreachable(host(text))

    assert told.startswith(f"node1 a.xml:3 /a/b: found {text!r}, expected this node's own address")
    assert reason in told


def test_a_single_host_may_use_loopback_addresses_but_no_names_wildcards_or_nothing():
    assert unreachable(host("127.0.0.21"), single_host=True) == ""
    assert unreachable(host("0.0.0.0"), single_host=True)
    assert unreachable(host("localhost"), single_host=True)
    assert "found nothing" in unreachable(Located.missing(Where("node1", "a.xml")))
