"""Which account serves a connection, and what a server says about itself."""

import pytest

from conformance.database.account_row import AccountRow, serving
from conformance.database.server_facts import ServerFacts
from conformance.errors import EvidenceError

NAMES = {"node1.example.com": ["198.51.100.11"]}


def served(address, *accounts, names=True):
    rows = [AccountRow(*account) for account in accounts]
    return serving(rows, "das", address, names=names, resolve=lambda name: NAMES.get(name, []))


@pytest.mark.parametrize(
    "host",
    [
        "%", "", "198.51.100.11", "198.51.100.%", "198.51.100.1_", "198.51.100.0/255.255.255.0", "198.51.100.0/24",
        "node1.example.com", "NODE1.example.com",
    ],
)  # fmt: skip
def test_a_host_is_written_in_many_ways(host):
    assert served("198.51.100.11", ("das", host)) == AccountRow("das", host)


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("198.51.101.%", "198.51.100.11"),
        ("198.51.101.0/24", "198.51.100.11"),
        ("198.51.100.9/255.255.255.0", "198.51.100.11"),
        ("198.51.100.11/24", "198.51.100.11"),
        ("198.51.100.0/nonsense", "198.51.100.11"),
        ("localhost", "198.51.100.11"),
        ("localhost", "no-address"),
        ("unknown.example.com", "198.51.100.11"),
    ],
)
def test_a_host_of_others_serves_nobody(host, address):
    assert served(address, ("das", host)) is None


def test_names_serve_nobody_where_the_server_looks_up_none():
    assert served("198.51.100.11", ("das", "node1.example.com"), names=False) is None
    assert served("127.0.0.1", ("das", "localhost"), names=False) is None
    assert served("127.0.0.1", ("das", "localhost")) == AccountRow("das", "localhost")


def test_the_most_specific_host_wins_even_if_it_is_everybodys():
    accounts = [("das", "%"), ("das", "198.51.%"), ("", "198.51.100.11"), ("root", "198.51.100.11")]

    assert served("198.51.100.11", *accounts) == AccountRow("", "198.51.100.11")
    assert served("198.51.100.12", *accounts) == AccountRow("das", "198.51.%")
    assert served("198.51.100.11", *accounts, ("das", "198.51.100.11")) == AccountRow("das", "198.51.100.11")


def test_accounts_are_read_as_servers_write_them():
    assert AccountRow.of("a@b@198.51.100.%") == AccountRow("a@b", "198.51.100.%")
    assert AccountRow.quoted("`r`@`10.%`") == AccountRow("r", "10.%")
    assert AccountRow.quoted("'r'") == AccountRow("r", "%")


@pytest.mark.parametrize(
    ("version", "maria", "numbers"),
    [
        ("5.7.22-log", False, (5, 7)),
        ("8.0.15", False, (8, 0)),
        ("8.0.mysql_aurora.3.02.0", False, (8, 0)),
        ("5.5.5-10.11.6-MariaDB-1:10.11.6+maria~deb12", True, (10, 11)),
        ("10.11.6-MariaDB", True, (10, 11)),
        ("5.5.62", False, (5, 5)),
    ],
)
def test_versions_are_read(version, maria, numbers):
    facts = ServerFacts({"version": version})

    assert (facts.maria, facts.version) == (maria, numbers)


@pytest.mark.parametrize("version", ["", "unknown", "v8"])
def test_a_version_without_numbers_is_an_error(version):
    with pytest.raises(EvidenceError, match="calls its version"):
        ServerFacts({"version": version}).version  # noqa: B018
