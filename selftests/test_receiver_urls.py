"""Places of a client, spelled as the vendor's client takes them."""

import pytest

from conformance.data_bridge import receiver_urls
from conformance.data_bridge.receiver_urls import Group, Spread, groups
from conformance.errors import ConformanceError

A, B = ("a", 7611), ("b", 7612)


@pytest.mark.parametrize(
    ("urls", "expected"),
    [
        ("tcp://a:7611", [Group(Spread.ONE, (A,))]),
        ("tcp://a:7611, tcp://b:7612", [Group(Spread.LOAD_BALANCED, (A, B))]),
        ("{tcp://a:7611,tcp://b:7612}", [Group(Spread.LOAD_BALANCED, (A, B))]),
        ("{tcp://a:7611|tcp://b:7612}", [Group(Spread.FAIL_OVER, (A, B))]),
        ("tcp://a:7611|tcp://b:7612", [Group(Spread.FAIL_OVER, (A, B))]),
        ("{tcp://a:7611},{tcp://b:7612}", [Group(Spread.ONE, (A,)), Group(Spread.ONE, (B,))]),
        ("{ tcp://a:7611|tcp://b:7612 }, {tcp://a:7611}", [Group(Spread.FAIL_OVER, (A, B)), Group(Spread.ONE, (A,))]),
    ],
)
def test_groups_are_those_of_the_vendors_client(urls, expected):
    assert list(groups(urls)) == expected


@pytest.mark.parametrize(
    ("urls", "told"),
    [
        ("{tcp://a:1|tcp://b:2,tcp://c:3}", "either load-balanced"),
        ("{tcp://a:1},tcp://b:2", "outside of braces"),
        ("", "write tcp://HOST:PORT"),
        ("{}", "write tcp://HOST:PORT"),
        ("ssl://a:7711", "write tcp://HOST:PORT"),
        ("tcp://a", "write tcp://HOST:PORT"),
        ("tcp://a:0", "write tcp://HOST:PORT"),
        ("tcp://a:70000", "write tcp://HOST:PORT"),
        ("tcp://a:1,,tcp://b:2", "write tcp://HOST:PORT"),
        ("{tcp://a:1|", "write tcp://HOST:PORT"),
    ],
)
def test_what_the_vendors_client_refuses_or_drops_is_told(urls, told):
    with pytest.raises(ConformanceError, match=told):
        groups(urls)


def test_what_is_spelled_is_read_back():
    assert groups(receiver_urls.fail_over([A, B])) == (Group(Spread.FAIL_OVER, (A, B)),)
    assert groups(receiver_urls.load_balanced([A, B])) == (Group(Spread.LOAD_BALANCED, (A, B)),)
    assert groups(receiver_urls.each([A, B])) == (Group(Spread.ONE, (A,)), Group(Spread.ONE, (B,)))
