"""Accounts and grants as several servers write them, and which of them count for a connection and a database."""

import pytest

from conformance.database.grants import DATABASE_RIGHTS, Grants, like, specificity
from conformance.database.seen_account import AccountRow, serving
from conformance.database.server_facts import ServerFacts
from conformance.errors import EvidenceError

USAGE = "GRANT USAGE ON *.* TO 'das'@'%'"
ALL = sorted(DATABASE_RIGHTS)
NAMES = {"node1.example.com": ["198.51.100.11"]}


def missing(*lines, database="userdb", **how):
    return Grants.read([USAGE, *lines]).missing(database, **how)


@pytest.mark.parametrize("line", [
    "GRANT ALL PRIVILEGES ON `userdb`.* TO 'das'@'%'",
    "GRANT ALL PRIVILEGES ON `userdb`.* TO 'das'@'%' WITH GRANT OPTION",
    "GRANT ALL PRIVILEGES ON `userdb`.* TO `das`@`198.51.100.%`",
    'GRANT ALL PRIVILEGES ON "userdb".* TO "das"@"%"',
    "GRANT ALL ON userdb.* TO das",
    "GRANT ALL PRIVILEGES ON `user%`.* TO 'das'@'%'",
    "GRANT ALL PRIVILEGES ON `u_erdb`.* TO 'das'@'%'",
    "GRANT ALL PRIVILEGES ON *.* TO 'das'@'%' IDENTIFIED BY PASSWORD '*00' WITH GRANT OPTION",
    f"GRANT {', '.join(ALL)} ON `userdb`.* TO 'das'@'%'",
    f"GRANT {', '.join(ALL)}, CREATE USER, RELOAD, SUPER ON *.* TO `das`@`%`",
])  # fmt: skip
def test_all_is_granted_in_many_ways(line):
    assert missing(line) == []


@pytest.mark.parametrize("line", [
    USAGE,
    "GRANT ALL PRIVILEGES ON `userdb2`.* TO 'das'@'%'",
    "GRANT ALL PRIVILEGES ON `USERDB`.* TO 'das'@'%'",
    r"GRANT ALL PRIVILEGES ON `u\_erdb`.* TO 'das'@'%'",
    "GRANT ALL PRIVILEGES ON `userdb`.`UM_USER` TO 'das'@'%'",
    "GRANT EXECUTE ON PROCEDURE `userdb`.`p` TO 'das'@'%'",
    "GRANT PROXY ON ''@'' TO 'das'@'%'",
    "GRANT `userdb`@`%` TO `das`@`%`",
    "nonsense",
    "",
])  # fmt: skip
def test_what_is_granted_elsewhere_does_not_count(line):
    assert missing(line) == ALL


def test_rights_add_up_but_of_several_patterns_only_the_most_specific_counts():
    some = "GRANT SELECT, INSERT ON *.* TO 'das'@'%'"
    rest = f"GRANT {', '.join(right for right in ALL if right not in ('SELECT', 'EVENT'))} ON `userdb`.* TO 'das'@'%'"
    assert missing(some, rest) == ["EVENT"]
    wide, narrow = "GRANT ALL PRIVILEGES ON `user%`.* TO 'd'@'%'", "GRANT SELECT ON `userd_`.* TO 'd'@'%'"
    assert "INSERT" in missing(wide, narrow)
    assert missing(wide, narrow, database="users") == []


def test_a_partial_revoke_takes_away_and_turns_wildcards_off():
    lines = "GRANT ALL PRIVILEGES ON *.* TO `das`@`%`", "REVOKE INSERT ON `userdb`.* FROM `das`@`%`"
    assert missing(*lines, patterns=False) == ["INSERT"]
    assert missing(*lines, database="regdb", patterns=False) == []
    assert missing("GRANT ALL PRIVILEGES ON `user%`.* TO `d`@`%`", patterns=False) == ALL


def test_names_are_folded_where_the_server_folds_them():
    assert missing("GRANT ALL PRIVILEGES ON `userdb`.* TO 'd'@'%'", database="UserDB", fold=True) == []
    lines = "GRANT ALL PRIVILEGES ON *.* TO 'd'@'%'", "REVOKE INSERT ON `UserDB`.* FROM 'd'@'%'"
    for database in ("userdb", "USERDB"):
        assert [missing(*lines, database=database, fold=fold) for fold in (True, False)] == [["INSERT"], []]


@pytest.mark.parametrize(("name", "database"), [("`a``b`", "a`b"), ('"a""b"', 'a"b'), ("X1", "X1")])
def test_names_are_unquoted(name, database):
    assert missing(f"GRANT ALL ON {name}.* TO das", database=database) == []


@pytest.mark.parametrize(("pattern", "text", "matches"), [
    ("a%", "abc", True), ("a_c", "abc", True), (r"a\_c", "a_c", True), (r"a\_c", "abc", False), ("a.c", "abc", False),
])  # fmt: skip
def test_patterns_are_those_of_sql(pattern, text, matches):
    assert like(pattern, text) is matches


@pytest.mark.parametrize(("name", "fold", "same"), [
    ("userdb", True, True), ("UserDB", True, True), ("UserDB", False, False), ("x", True, False),
])  # fmt: skip
def test_without_patterns_names_are_compared_as_the_server_folds_them(name, fold, same):
    assert like(name, "userdb", fold=fold, patterns=False) is same
    assert like(r"a\_b", "a_b", fold=fold, patterns=False)
    assert not like("%", "userdb", fold=fold, patterns=False)


def test_patterns_are_ranked_by_their_first_wildcard():
    patterns = ["%", "us%", "user_", r"us\_er%", "userdb"]
    assert [specificity(one) for one in patterns] == [0, 2, 4, 5, 1 << 16]


def served(address, *accounts, names=True):
    rows = [AccountRow(*account) for account in accounts]
    return serving(rows, "das", address, names=names, resolve=lambda name: NAMES.get(name, []))


@pytest.mark.parametrize("host", [
    "%", "", "198.51.100.11", "198.51.100.%", "198.51.100.1_", "198.51.100.0/255.255.255.0", "198.51.100.0/24",
    "node1.example.com", "NODE1.example.com",
])  # fmt: skip
def test_a_host_is_written_in_many_ways(host):
    assert served("198.51.100.11", ("das", host)) == AccountRow("das", host)


@pytest.mark.parametrize(("host", "address"), [
    *((host, "198.51.100.11") for host in (
        "198.51.101.%", "198.51.101.0/24", "198.51.100.9/255.255.255.0", "198.51.100.11/24", "198.51.100.0/nonsense",
        "%.example.com", "localhost", "unknown.example.com",
    )),
    ("2001:db8::/64", "2001:db8::11"),
    ("localhost", "no-address"),
])  # fmt: skip
def test_a_host_of_others_serves_no_one(host, address):
    assert served(address, ("das", host)) is None


@pytest.mark.parametrize(("version", "served"), [
    *((version, True) for version in ("8.0.23", "8.4.0", "8.0.mysql_aurora.3.04.0", "9.1.0")),
    *((version, False) for version in ("8.0.22", "5.7.44-log", "5.6.10", "10.11.6-MariaDB", "11.4.2-MariaDB")),
])  # fmt: skip
def test_a_network_by_its_bits_is_one_where_the_server_knows_them(version, served):
    takes = ServerFacts({"version": version}).takes_cidr
    for host, expected in (("198.51.100.0/24", served), ("198.51.100.0/255.255.255.0", True)):
        row = AccountRow("das", host)
        assert row.admits("198.51.100.11", names=False, resolve=lambda _: [], cidr=takes) is expected


def test_names_serve_no_one_where_the_server_looks_up_none():
    assert served("198.51.100.11", ("das", "node1.example.com"), names=False) is None
    assert served("127.0.0.1", ("das", "localhost"), names=False) is None
    assert served("127.0.0.1", ("das", "localhost")) == AccountRow("das", "localhost")


def test_the_most_specific_host_wins_even_if_it_is_everybodys():
    accounts = [("das", "%"), ("das", "198.51.%"), ("", "198.51.100.11"), ("root", "198.51.100.11")]
    for order in (1, -1):
        assert served("203.0.113.1", *[("das", ""), ("das", "%")][::order]) == AccountRow("das", "%")
    assert served("198.51.100.11", *accounts) == AccountRow("", "198.51.100.11")
    assert served("198.51.100.12", *accounts) == AccountRow("das", "198.51.%")
    assert served("198.51.100.11", *accounts, ("das", "198.51.100.11")) == AccountRow("das", "198.51.100.11")


def test_accounts_and_roles_are_read_as_servers_write_them():
    assert AccountRow.of("a@b@198.51.100.%") == AccountRow("a@b", "198.51.100.%")
    assert AccountRow.quoted("`r`@`10.%`") == AccountRow("r", "10.%")
    assert AccountRow.quoted("'r'") == AccountRow("r", "%")
    roles = ["GRANT `reader`@`%`,`writer`@`10.%` TO `das`@`%`", "GRANT 'old' TO 'das'@'%'", "GRANT older TO 'd'@'%'"]
    grants = Grants.read(roles)
    assert grants.roles == ("`reader`@`%`", "`writer`@`10.%`", "'old'", "older")


@pytest.mark.parametrize(("version", "maria", "numbers"), [
    ("5.7.22-log", False, (5, 7)),
    ("8.0.15", False, (8, 0)),
    ("8.0.mysql_aurora.3.02.0", False, (8, 0)),
    ("5.5.5-10.11.6-MariaDB-1:10.11.6+maria~deb12", True, (10, 11)),
    ("10.11.6-MariaDB", True, (10, 11)),
    ("5.5.62", False, (5, 5)),
])  # fmt: skip
def test_versions_are_read(version, maria, numbers):
    facts = ServerFacts({"version": version})
    assert (facts.maria, facts.version) == (maria, numbers)


def test_a_mariadb_may_be_known_by_its_comment_alone():
    assert ServerFacts({"version": "10.5.8", "version_comment": "mariadb.org binary distribution"}).maria


@pytest.mark.parametrize("version", ["", "unknown", "v8"])
def test_a_version_without_numbers_is_an_error(version):
    with pytest.raises(EvidenceError, match="calls its version"):
        ServerFacts({"version": version}).version  # noqa: B018
