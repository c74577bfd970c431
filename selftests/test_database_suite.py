"""Each database requirement passes on healthy servers and fails on its smallest breakage, and only it."""

import inspect
import re
from contextlib import nullcontext

import pytest

from conformance.database import login
from conformance.deployment.spec import DATABASES, EVENT_STORE_DB, PROCESSED_STORE_DB, REGISTRY_DB, USER_DB, NodeSpec
from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotApplicable
from conformance.node.home.datasources import ANALYTICS, MASTER
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node
from selftests.fake_mysql import (
    ALLOCATION,
    OLD_INDEXES,
    PASSWORD,
    SERVER,
    FakeMySql,
    all_on,
    owners_blob,
    with_databases,
)
from selftests.fake_node import FakeAccess


def test_the_pages_databases_pass_are_asked_once_in_a_run_and_keep_no_probe_table(judge):
    assert judge.outcomes() == {}
    made = [sql for sql in judge.server.statements if sql.startswith("CREATE TABLE `das_conformance_probe_run_1`")]
    assert len(made) == 12
    assert not any("probe" in name for tables in judge.server.tables.values() for name in tables)
    asked = [len(judge.outcomes()) or len(judge.witness.observations()) for _ in range(2)]
    again = {one.question.partition(":")[2] for one in judge.witness.observations()[asked[0] :]}
    assert {question.split()[1] for question in again} == {"record_id,"}


def accepted_mysql_8(judge):
    judge.server.variables |= {"version": "8.0.15"}
    judge.server.grants["das@%"] = [line.replace("'", "`") for line in all_on(*DATABASES)]


def accepted_lower_case_names(judge):
    judge.server.variables["lower_case_table_names"] = "1"
    judge.server.grants["das@%"] = all_on(*(name.lower() for name in DATABASES))
    for name in (USER_DB, REGISTRY_DB):
        tables = judge.server.tables[name]
        judge.server.tables[name] = {table.lower(): rows for table, rows in tables.items()}
        judge.server.indexes[name] = {(table.lower(), index) for table, index in judge.server.indexes[name]}


def accepted_one_account_for_each_node(judge):
    judge.server.tells_accounts = True
    judge.server.accounts = [("das", "198.51.100.1"), ("das", "198.51.100.11"), ("das", "198.51.100.12"), ("root", "%")]
    judge.server.grants = {f"das@198.51.100.{n}": all_on(*DATABASES) for n in (1, 11, 12)}


def accepted_failover_url(judge):
    for access in judge.accesses:
        with_databases(access, host=f"{SERVER}:3306,198.51.100.14:3306")


def accepted_loadbalanced_url(judge):
    for access, hosts in zip(judge.accesses, (f"{SERVER},198.51.100.9", f"198.51.100.9,{SERVER}"), strict=True):
        with_databases(access, WSO2UM_DB=f"jdbc:mysql:loadbalance://{hosts}/userdb")
    judge.network.servers["198.51.100.9"] = judge.server


def accepted_mariadb_url(judge):
    for access in judge.accesses:
        with_databases(access, WSO2REG_DB=f"jdbc:mariadb://address=(host={SERVER})(port=3306)/regdb?useSSL=false")


def accepted_password_of_the_vault(judge, monkeypatch):
    monkeypatch.setenv(login.PASSWORD_VARIABLE, PASSWORD)
    for access in judge.accesses:
        with_databases(access, password='<password xmlns:s="x" s:secretAlias="Das.Db"></password>')


def accepted_database_on_the_first_node(judge):
    judge.network.servers["198.51.100.11"] = judge.server
    for access, host in zip(judge.accesses, ("localhost", "198.51.100.11"), strict=True):
        with_databases(access, host=host)


def accepted_group_of_servers(judge):
    members = [FakeMySql.good(), FakeMySql.good()]
    for number, member in enumerate(members):
        member.tables = judge.server.tables
        member.variables |= {"server_uuid": f"member{number}", "group_replication_group_name": "group"}
    judge.network.servers = dict(zip(("198.51.100.11", "198.51.100.12"), members, strict=True))
    for access in judge.accesses:
        with_databases(access, host="127.0.0.1")


@pytest.mark.parametrize("change", [one for name, one in globals().items() if name.startswith("accepted_")])
def test_an_accepted_variation_passes(judge, change, request):
    more = [request.getfixturevalue(name) for name in list(inspect.signature(change).parameters)[1:]]
    change(judge, *more)
    assert judge.outcomes() == {}
    assert judge.not_assessed == []


@pytest.mark.parametrize(("host", "address"), [
    ("localhost,198.51.100.14", "127.0.0.1"), ("[::1]", "::1"), ("198.51.100.13,localhost", "198.51.100.11"),
])  # fmt: skip
def test_a_server_on_the_node_sees_it_under_a_loopback_address(judge, host, address):
    node = Node(with_databases(judge.accesses[0], host=host), judge.witness)
    assert login.client_address(node, node.shared.find(Role.USERS)) == address


@pytest.mark.parametrize(("own", "known", "address"), [
    ("das1.example", ["198.51.100.11", "198.51.100.12"], "198.51.100.11"),
    ("2001:0DB8::1", [], "2001:db8::1"),
    ("das1.example", [], None),
    ("", [], None),
])  # fmt: skip
def test_a_server_elsewhere_sees_a_node_under_its_first_address(judge, monkeypatch, own, known, address):
    monkeypatch.setattr(FakeAccess, "spec", property(lambda self: NodeSpec(self.name, own, None, "id")))
    monkeypatch.setattr(login, "resolved", lambda _, name: known if name == own else [])
    node = Node(judge.accesses[0], judge.witness)
    with nullcontext() if address else pytest.raises(EvidenceError, match=r"node1: the address of .* is not"):
        assert login.client_address(node, node.shared.find(Role.USERS)) == address


@pytest.mark.parametrize(("own", "single_host", "seen"), [
    ("198.51.100.11", False, "198.51.100.11"), ("", True, "localhost"), ("", False, None),
])  # fmt: skip
def test_a_server_on_the_node_is_asked_there(judge, monkeypatch, own, single_host, seen):
    monkeypatch.setattr(FakeAccess, "spec", property(lambda self: NodeSpec(self.name, own, None, "id")))
    node = Node(judge.accesses[0], judge.witness, single_host=single_host)
    with nullcontext() if seen else pytest.raises(EvidenceError, match="database is on localhost, and its own address"):
        assert login.seen_from_here(node, "localhost") == seen
    assert login.seen_from_here(node, "db.example") == "db.example"


def narrower_account(judge):
    judge.server.tells_accounts = True
    judge.server.accounts.append(("das", "198.51.100.12"))
    judge.server.grants["das@198.51.100.12"] = all_on(USER_DB, REGISTRY_DB, EVENT_STORE_DB)


def account_of_localhost_only(judge):
    judge.server.tells_accounts = True
    judge.server.variables["skip_name_resolve"] = "OFF"
    judge.server.accounts = [("das", "198.51.100.1"), ("das", "localhost")]
    judge.server.grants["das@198.51.100.1"] = all_on(*DATABASES)


def other_server(judge):
    judge.network.servers["198.51.100.99"] = other = FakeMySql.good()
    other.variables["server_uuid"] = "other"
    with_databases(judge.accesses[1], WSO2REG_DB="jdbc:mysql://198.51.100.99/regdb")


def other_database(judge):
    judge.server.tables["regdb2"] = dict(judge.server.tables[REGISTRY_DB])
    judge.server.indexes["regdb2"] = judge.server.indexes[REGISTRY_DB]
    judge.server.grants["das@%"] += all_on("regdb2")
    with_databases(judge.accesses[1], WSO2REG_DB=f"jdbc:mysql://{SERVER}/regdb2")


def owned_by(*ids, shards=range(6)):
    """Lets these shards belong to the nodes of these ids."""

    def change(judge):
        rows = judge.server.tables[EVENT_STORE_DB][ALLOCATION]
        rows[:] = [(one, at, owners_blob(*ids) if int(one) in shards else data) for one, at, data in rows]

    return change


def only_some_rights(judge):
    judge.server.grants["das@%"][1] = "GRANT SELECT, CREATE, DROP, INSERT ON `userdb`.* TO 'das'@'%'"


@pytest.mark.parametrize(("change", "broken", "expected"), [
    (lambda judge: judge.server.tables[REGISTRY_DB].pop("UM_CLAIM"), "DB-03",
     r"node1 WSO2REG_DB \(registry, MySQL das@.*database regdb\): 1 tables .*: UM_CLAIM\n"),
    (lambda judge: judge.server.indexes.update({USER_DB: set(OLD_INDEXES)}), "DB-04",
     "WSO2UM_DB .*found the indexes of mysql.sql .*REG_LOG_IND_BY_REG_LOGTIME.*for MySQL 5.7.22"),
    (lambda judge: judge.server.indexes[USER_DB].update(OLD_INDEXES), "DB-04", "found indexes of both scripts"),
    (lambda judge: judge.server.indexes[USER_DB].pop(), "DB-04", "only part of the indexes"),
    (only_some_rights, "DB-06", r"account 'das'@'%' as seen from 198.51.100.11 lacks ALTER, ALTER ROUTINE, .*UPDATE"),
    (lambda judge: judge.server.refusals.update({"CREATE TABLE": (1142, "CREATE command denied to user 'das'")}),
     "DB-06", "CREATE command denied"),
    (narrower_account, "DB-06", r"node2 .*account 'das'@'198.51.100.12' .* lacks ALTER"),
    (account_of_localhost_only, "DB-06", r"account for das \(none\) as seen from 198.51.100.11 lacks"),
    (other_server, "DB-09", "node2 WSO2REG_DB .*198.51.100.99.*reaches MySQL 5.7.22 on db:3306 .uuid other"),
    (other_database, "DB-09", r"row written through\s+node1 .*\s+is not read through\s+node2 .*doesn't exist"),
    (owned_by(shards=[0]), "NID-03", "no node is registered for shards 0 of 6"),
    (owned_by("id-node1"), "NID-03",
     r"node2 .*my-node-id.dat:1: found 'id-node2'; .*GLOBAL_SHARD.* has registered only 'id-node1' .shards"),
    (lambda judge: judge.server.tables[EVENT_STORE_DB][ALLOCATION].pop(), "NID-03",
     r"no node is registered for shards 5 of 6 \(node1 .*analytics-config.xml"),
    (owned_by("id-node1", "id-node2", "old-id", shards=[3]), "NID-04",
     r"found 'old-id' \(shards 3\) beside the nodes' own ids"),
])  # fmt: skip
def test_each_breakage_fails_its_requirement_alone(judge, change, broken, expected):
    change(judge)
    messages = judge.outcomes()
    assert set(messages) == {broken}
    assert any(re.search(expected, message) for message in messages[broken]), messages[broken]
    assert all("see DB-06" in reason for reason in judge.not_assessed)


@pytest.mark.parametrize("database", [USER_DB, EVENT_STORE_DB, PROCESSED_STORE_DB])
def test_a_dropped_database_is_reported(judge, database):
    broken = "DB-02" if database == USER_DB else "DB-05"
    del judge.server.tables[database]
    messages = judge.outcomes((AssertionError, EvidenceError))
    assert {broken, "DB-10"} <= set(messages)
    assert re.search(f"node1 .*datasources.xml:.*found database '{database}', which .* sees .*reg", messages[broken][0])


def test_an_older_or_another_server_needs_no_57_script(judge):
    judge.server.indexes[USER_DB] = set(OLD_INDEXES)
    for version in ("5.6.51", "5.5.5-10.11.6-MariaDB-log"):
        judge.server.variables["version"] = version
        judge.witness._made.clear()
        assert list(judge.outcomes(NotApplicable)) == ["DB-04"]


@pytest.mark.parametrize("number", [1045, 3159])
@pytest.mark.parametrize(
    ("option", "good"), [("useSSL=true", True), ("", True), ("useSSL=false", False), ("sslMode=DISABLED", False)]
)
def test_a_server_that_wants_tls_is_asked_so_unless_the_url_forbids_it(judge, number, option, good):
    judge.server.tls_only = number
    for access in judge.accesses:
        for path in (MASTER, ANALYTICS):
            access.files[path] = access.files[path].replace(b"useSSL=false", option.encode())
    messages = judge.outcomes(AssertionError if good else EvidenceError)
    assert good is (messages == {})
    assert good or f"{number}: no TLS" in messages["DB-02"][0]


@pytest.mark.parametrize("user", ["das", ""])
def test_whether_an_account_for_a_pattern_of_names_serves_is_not_assessed(judge, user):
    judge.server.variables["skip_name_resolve"] = "OFF"
    judge.server.tells_accounts = True
    judge.server.accounts = [(user, "%.example.com")]
    judge.server.grants = {f"{user}@%.example.com": all_on(*DATABASES)}
    assert judge.outcomes() == {}
    assert f"whether '{user}'@'%.example.com' is for 198.51.100.11 depends on its own DNS" in judge.not_assessed[0]
