"""What a database shows, each piece for itself: tables, names, servers, accounts whose rights come from roles."""

from pathlib import Path

import pytest

from conformance.database import seen_account
from conformance.database.cluster_databases import ClusterDatabases
from conformance.database.node_database import NodeDatabase
from conformance.deployment.spec import DATABASES, USER_DB
from conformance.evidence.witness import Witness
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node
from selftests.fake_mysql import SERVER, TABLES, FakeMySql, FakeNetwork, all_on, with_databases
from selftests.fake_node import ADDRESSES, FakeAccess

ROLE = ["GRANT USAGE ON *.* TO `das`@`%`", "GRANT `writer`@`%` TO `das`@`%`"]


@pytest.fixture
def server() -> FakeMySql:
    return FakeMySql.good()


def users(folder: Path, server: FakeMySql) -> NodeDatabase:
    """The user database as node1 reaches it."""
    node = Node(with_databases(FakeAccess.good("node1")), Witness.recording(folder))
    return ClusterDatabases((node,), FakeNetwork(**{SERVER: server}).connect).of(node, Role.USERS)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_not_there_is_missed(tmp_path: Path, server: FakeMySql, table: str) -> None:
    del server.tables[USER_DB][table]
    assert users(tmp_path, server).missing_tables == [table]


@pytest.mark.parametrize(("stored", "missing"), [("0", True), ("1", False), ("2", False)])
def test_tables_are_named_as_the_server_compares_names(
    tmp_path: Path, server: FakeMySql, stored: str, missing: bool
) -> None:
    server.variables["lower_case_table_names"] = stored
    server.tables[USER_DB] = {name.lower(): [] for name in TABLES}
    assert bool(users(tmp_path, server).missing_tables) == missing


@pytest.mark.parametrize(("stored", "missing"), [("0", True), ("1", False), ("2", False)])
def test_a_grant_on_another_spelling_counts_where_the_server_folds_names(
    tmp_path: Path, server: FakeMySql, stored: str, missing: bool
) -> None:
    server.variables["lower_case_table_names"] = stored
    server.grants["das@%"] = all_on(USER_DB.upper() if USER_DB.islower() else USER_DB.lower())
    assert bool(users(tmp_path, server).account.missing(USER_DB)) == missing


@pytest.mark.parametrize("name", ["server_uuid", "hostname", "port", "datadir", "group_replication_group_name"])
def test_two_servers_that_differ_in_one_thing_are_two(tmp_path: Path, server: FakeMySql, name: str) -> None:
    other = FakeMySql.good()
    other.variables[name] = "another"
    assert users(tmp_path / "a", server).server_facts.identity != users(tmp_path / "b", other).server_facts.identity


@pytest.mark.parametrize(("wsrep_on", "one"), [("ON", True), ("on", True), ("OFF", False), ("", False)])
def test_members_of_a_galera_cluster_are_one(tmp_path: Path, wsrep_on: str, one: bool) -> None:
    found = set()
    for number in range(2):
        member = FakeMySql.good()
        member.variables |= {"server_uuid": str(number), "wsrep_on": wsrep_on, "wsrep_cluster_name": "galera"}
        found.add(users(tmp_path / str(number), member).server_facts.identity)
    assert (len(found) == 1) is one


@pytest.mark.parametrize(
    ("activated", "default", "missing"),
    [("ON", [], False), ("on", [], False), ("OFF", [], True), ("OFF", [("writer", "%")], False), ("", [], True)],
)
def test_rights_of_roles_count_when_the_roles_are_on_at_login(
    tmp_path: Path, server: FakeMySql, activated: str, default: list[tuple[str, str]], missing: bool
) -> None:
    server.variables |= {"version": "8.0.30", "activate_all_roles_on_login": activated}
    server.tells_accounts = True
    server.accounts, server.default_roles = [("das", "198.51.100.1"), ("das", "%")], default
    server.grants = {"das@198.51.100.1": all_on(), "das@%": ROLE, "das@%+writer@%": [*ROLE, *all_on(*DATABASES)]}
    assert bool(users(tmp_path, server).account.missing(USER_DB)) == missing


@pytest.mark.parametrize(("revokes", "missing"), [("ON", True), ("on", True), ("OFF", False), ("", False)])
def test_a_pattern_is_no_pattern_where_rights_are_revoked_in_parts(
    tmp_path: Path, server: FakeMySql, revokes: str, missing: bool
) -> None:
    server.variables["partial_revokes"] = revokes
    server.grants["das@%"] = all_on("%")
    assert bool(users(tmp_path, server).account.missing(USER_DB)) == missing


@pytest.mark.parametrize(
    ("skipped", "served"), [("OFF", True), ("0", True), ("ON", False), ("on", False), ("1", False)]
)
def test_an_account_for_a_name_serves_where_the_server_looks_names_up(
    tmp_path: Path, server: FakeMySql, monkeypatch: pytest.MonkeyPatch, skipped: str, served: bool
) -> None:
    monkeypatch.setattr(seen_account, "resolved", lambda _, name: [ADDRESSES["node1"]] * name.startswith("node1"))
    server.variables["skip_name_resolve"] = skipped
    server.tells_accounts = True
    server.accounts = [("das", "198.51.100.1"), ("das", "node1.example.com")]
    server.grants = {"das@node1.example.com": all_on(*DATABASES)}
    account = users(tmp_path, server).account
    assert (account.row is not None, bool(account.missing(USER_DB))) == (served, not served)
