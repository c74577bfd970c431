"""What a database shows, each piece for itself; what one that does not answer, or must not be changed, leaves open."""

import re
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance.database import seen_account
from conformance.database.login import PASSWORD_VARIABLE
from conformance.database.node_database import ClusterDatabases, NodeDatabase
from conformance.database.probe_table import ProbeTable
from conformance.deployment.interface import Capability
from conformance.deployment.spec import DATABASES, EVENT_STORE_DB, USER_DB
from conformance.errors import EvidenceError
from conformance.evidence.store import read_evidence
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node
from fixtures.database import probe_table
from selftests.fake_mysql import (
    ALLOCATION,
    PASSWORD,
    SERVER,
    TABLES,
    FakeMySql,
    FakeNetwork,
    all_on,
    owners_blob,
    with_databases,
)
from selftests.fake_node import ADDRESSES, FakeAccess

ROLE = ["GRANT USAGE ON *.* TO `das`@`%`", "GRANT `writer`@`%` TO `das`@`%`"]


@pytest.fixture
def server() -> FakeMySql:
    return FakeMySql.good()


def users(server: FakeMySql) -> NodeDatabase:
    node = Node(with_databases(FakeAccess.good("node1")), Witness.silent())
    return ClusterDatabases((node,), FakeNetwork(**{SERVER: server}).connect).of(node, Role.USERS)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_that_is_not_there_is_missed(server, table):
    del server.tables[USER_DB][table]
    assert users(server).missing_tables == [table]


@pytest.mark.parametrize(("stored", "missing"), [("", True), ("0", True), ("1", False), ("2", False)])
def test_names_of_tables_and_in_grants_are_compared_as_the_server_compares_them(server, stored, missing):
    server.variables["lower_case_table_names"] = stored
    server.tables[USER_DB] = {name.lower(): [] for name in TABLES}
    server.grants["das@%"] = all_on(USER_DB.upper() if USER_DB.islower() else USER_DB.lower())
    found = users(server)
    assert (bool(found.missing_tables), bool(found.account.missing(USER_DB))) == (missing, missing)


@pytest.mark.parametrize("name", ["server_uuid", "hostname", "port", "datadir", "group_replication_group_name"])
def test_two_servers_that_differ_in_one_thing_are_two(server, name):
    other = FakeMySql.good()
    other.variables[name] = "another"
    assert users(server).server_facts.identity != users(other).server_facts.identity


@pytest.mark.parametrize(
    ("name", "more"), [("group_replication_group_name", {}), ("wsrep_cluster_name", {"wsrep_on": "ON"})]
)
def test_two_clusters_of_servers_are_two(server, name, more):
    clusters = set()
    for cluster in ("one", "other"):
        server.variables |= {name: cluster, **more}
        clusters.add(users(server).server_facts.identity)
    assert len(clusters) == 2


@pytest.mark.parametrize(("wsrep_on", "one"), [("ON", True), ("on", True), ("OFF", False), ("", False)])
def test_members_of_a_galera_cluster_are_one(wsrep_on, one):
    found = set()
    for number in range(2):
        member = FakeMySql.good()
        member.variables |= {"server_uuid": str(number), "wsrep_on": wsrep_on, "wsrep_cluster_name": "galera"}
        found.add(users(member).server_facts.identity)
    assert (len(found) == 1) is one


@pytest.mark.parametrize(("activated", "default", "missing"), [
    ("ON", [], False), ("on", [], False), ("OFF", [], True), ("OFF", [("writer", "%")], False), ("", [], True),
])  # fmt: skip
def test_rights_of_roles_count_when_the_roles_are_on_at_login(server, activated, default, missing):
    server.variables |= {"version": "8.0.30", "activate_all_roles_on_login": activated}
    server.tells_accounts = True
    server.accounts, server.default_roles = [("das", "198.51.100.1"), ("das", "%")], default
    server.grants = {"das@198.51.100.1": all_on(), "das@%": ROLE, "das@%+writer@%": [*ROLE, *all_on(*DATABASES)]}
    assert bool(users(server).account.missing(USER_DB)) == missing


@pytest.mark.parametrize(("default", "missing"), [([("writer", "")], False), ([], True)])
def test_the_default_role_of_a_mariadb_counts(server, default, missing):
    server.variables |= {"version": "10.11.6-MariaDB"}
    server.tells_accounts = True
    server.accounts, server.default_roles = [("das", "198.51.100.1"), ("das", "%")], default
    server.grants = {"das@198.51.100.1": all_on(), "das@%": ["GRANT `writer` TO `das`@`%`"]}
    server.grants["writer"] = [line.replace("'das'@'%'", "`writer`") for line in all_on(*DATABASES)]
    assert bool(users(server).account.missing(USER_DB)) == missing


@pytest.mark.parametrize(("revokes", "missing"), [("ON", True), ("on", True), ("OFF", False), ("", False)])
def test_a_pattern_is_no_pattern_where_rights_are_revoked_in_parts(server, revokes, missing):
    server.variables["partial_revokes"] = revokes
    server.grants["das@%"] = all_on("%")
    assert bool(users(server).account.missing(USER_DB)) == missing


@pytest.mark.parametrize(
    ("skipped", "served"), [("OFF", True), ("0", True), ("ON", False), ("on", False), ("1", False)]
)
def test_an_account_for_a_name_serves_where_the_server_looks_names_up(server, monkeypatch, skipped, served):
    monkeypatch.setattr(seen_account, "resolved", lambda _, name: [ADDRESSES["node1"]] * name.startswith("node1"))
    server.variables["skip_name_resolve"] = skipped
    server.tells_accounts = True
    server.accounts = [("das", "198.51.100.1"), ("das", "%.example.org"), ("das", "node1.example.com")]
    server.grants = {"das@node1.example.com": all_on(*DATABASES)}
    account = users(server).account
    assert (account.row is not None, bool(account.missing(USER_DB))) == (served, not served)


def test_a_read_only_run_makes_no_table_and_says_what_it_does_not_prove(judge):
    judge.read_only = True
    messages = judge.outcomes(NotAssessed)
    assert set(messages) == {"DB-06", "DB-09"}
    assert "nothing may be written: no probe table was made, so it is not proven that a row" in messages["DB-09"][0]
    assert not any("CREATE" in sql for sql in judge.server.statements)


def test_an_account_that_no_one_names_is_not_assessed(judge):
    judge.server.accounts = [("das", "198.51.100.1")]
    judge.server.grants = {"das@198.51.100.1": all_on(*DATABASES)}
    assert "which is not for 198.51.100.11" in judge.outcomes(NotAssessed)["DB-06"][0]


def test_an_account_whose_grants_no_one_may_read_is_not_assessed(judge):
    judge.server.tells_accounts = True
    judge.server.accounts = [("das", "198.51.100.1"), ("das", "198.51.100.%")]
    judge.server.grants = {"das@198.51.100.1": all_on(*DATABASES)}
    judge.server.refusals["SHOW GRANTS FOR"] = 1142, "no"
    assert "may not read the grants of 'das'@'198.51.100.%'" in judge.outcomes(NotAssessed)["DB-06"][0]


def test_a_server_that_refuses_is_an_error(judge):
    judge.network.servers.clear()
    messages = judge.outcomes(EvidenceError)
    assert set(messages) == {f"DB-{n:02}" for n in (2, 3, 4, 5, 6, 9, 10)} | {"NID-03", "NID-04"}
    assert "MySQL das@198.51.100.13:3306: 2003: Can't connect" in messages["DB-02"][0]


@pytest.mark.parametrize(("values", "expected"), [
    ({"password": "<password>wrong</password>"}, "1045: Access denied for user 'das'.*check address, account"),
    ({"password": '<password xmlns:s="x" s:secretAlias="Das.Db"/>'}, f"in the secure vault - .*{PASSWORD_VARIABLE}"),
    ({"password": "<password>${db.password}</password>"}, f"a system property - .*{PASSWORD_VARIABLE}"),
    ({"WSO2UM_DB": f"jdbc:mysql://{SERVER}:70000/userdb"}, "not a port number"),
    ({"WSO2UM_DB": f"jdbc:mysql://{SERVER}"}, "names no database"),
])  # fmt: skip
def test_a_datasource_that_does_not_lead_there_is_an_error(judge, values, expected):
    with_databases(judge.accesses[0], **values)
    with pytest.raises(EvidenceError, match=expected) as caught:
        judge.databases.of(judge.databases.nodes[0], Role.USERS).schemata  # noqa: B018
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize("url", ["jdbc:h2:./repository/database/X", "[MySQL DB url]/userdb"])
def test_a_datasource_of_another_kind_is_left_to_the_requirement_on_it(judge, url):
    with_databases(judge.accesses[0], WSO2UM_DB=url)
    with pytest.raises(NotAssessed, match=r"which is not a MySQL URL \(see DS-04\)"):
        judge.databases.of(judge.databases.nodes[0], Role.USERS).schemata  # noqa: B018


@pytest.mark.parametrize(("tamper", "expected"), [
    (lambda tables: tables.pop(ALLOCATION), "the table is not there, so no node has registered itself - start both"),
    (lambda tables: tables[ALLOCATION].append(("7", 1, b"\x00\x00\x00\x05gar")), "record 7: cut: column name"),
    (lambda tables: tables[ALLOCATION].append(("x", 1, b"")), "record 'x' is not a shard"),
    (lambda tables: tables[ALLOCATION].append(("-1", 1, b"")), "record '-1' is not a shard"),
    (lambda tables: tables[ALLOCATION].append(("7", 1, owners_blob("a")[:-1] + b"b")), "names 'a' but holds 'b'"),
])  # fmt: skip
def test_a_registration_that_cannot_be_read_is_an_error(judge, tamper, expected):
    tamper(judge.server.tables[EVENT_STORE_DB])
    messages = judge.outcomes(EvidenceError)
    assert set(messages) == {"NID-03", "NID-04"}
    assert re.search(expected, messages["NID-04"][0])


def test_a_probe_table_is_dropped_when_the_run_is_interrupted(judge):
    probe = ProbeTable("run-1", judge.witness)
    first, second = judge.databases.both(Role.USERS)
    probe._read = Mock(side_effect=KeyboardInterrupt)
    with pytest.raises(KeyboardInterrupt):
        probe.crossing(first, second)
    assert not any("probe" in name for name in judge.server.tables[USER_DB])


@pytest.mark.parametrize(("statement", "number", "kind", "broken"), [
    ("SELECT written_by", 1142, AssertionError, {"DB-06", "DB-09"}),
    ("INSERT INTO", 1142, AssertionError, {"DB-06"}),
    *(("CREATE TAB", number, AssertionError, {"DB-06"}) for number in (1290, 1836)),
    *((one, 1205, EvidenceError, {"DB-06", "DB-09"}) for one in ("SELECT written_by", "INSERT INTO", "CREATE TAB")),
])  # fmt: skip
def test_a_probe_that_is_denied_is_a_failure_and_one_that_breaks_off_an_error(judge, statement, number, kind, broken):
    judge.server.refusals[statement] = number, "no"
    messages = judge.outcomes(kind)
    assert set(messages) == broken
    assert all(f"{number}: no in '{statement}" in text for texts in messages.values() for text in texts)


def test_a_probe_table_has_a_name_that_mysql_takes_and_one_that_stays_is_named(judge):
    assert ProbeTable("a-b.c/" + "d" * 99, judge.witness).name == "das_conformance_probe_a_b_c_" + "d" * 36
    judge.server.refusals["DROP TABLE"] = (1205, "Lock wait timeout exceeded")
    stays = "is left - drop table das_conformance_probe_run_1 of database userdb by hand"
    with pytest.raises(EvidenceError, match=stays):
        ProbeTable("run-1", judge.witness).made_and_dropped(judge.databases.both(Role.USERS)[0])


@pytest.mark.parametrize(("able", "read_only", "writes"), [
    ([Capability.WRITE], False, True), ([Capability.WRITE], True, False), ([], False, False),
])  # fmt: skip
def test_a_run_makes_a_probe_table_only_where_it_may_write(judge, able, read_only, writes):
    run = SimpleNamespace(options=SimpleNamespace(run_id="r1", read_only=read_only))
    probe = probe_table.__wrapped__(run, SimpleNamespace(capabilities=able), judge.witness)
    assert probe._read_only is not writes


def test_no_probe_table_is_made_that_could_not_be_dropped(judge):
    judge.server.grants["das@%"] = ["GRANT SELECT, INSERT, CREATE ON *.* TO 'das'@'%'"]
    outcome = ProbeTable("run-1", judge.witness).made_and_dropped(judge.databases.both(Role.USERS)[0])
    assert not outcome.good
    assert "its account lacks DROP" in outcome.text
    assert not any("CREATE" in sql for sql in judge.server.statements)


@pytest.mark.parametrize("element", ["<password>{}</password>", '<password xmlns:s="x" s:secretAlias="Das.Db"/>'])
def test_the_password_never_reaches_the_evidence(judge, tmp_path, monkeypatch, element):
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    for access in judge.accesses:
        with_databases(access, password=element.format(PASSWORD))
    judge.server.refusals["mysql.user"] = 1142, f"denied with {PASSWORD}"
    judge.witness = Witness.recording(tmp_path)
    judge.outcomes()
    texts = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert texts
    assert not any(PASSWORD in text for text in texts)


def test_a_stored_run_is_judged_again_without_a_server(judge, tmp_path):
    judge.server.grants["das@%"] = all_on(*DATABASES[1:])
    judge.witness = Witness.recording(tmp_path)
    first = judge.outcomes()
    judge.witness.close()
    judge.network.servers.clear()
    judge.witness = Witness.replaying(read_evidence(tmp_path))
    assert set(first) == {"DB-06"}
    assert judge.outcomes() == first
