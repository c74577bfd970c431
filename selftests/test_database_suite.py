"""Each database requirement passes on sound servers and fails on its smallest breakage; no answer is an error."""

import inspect
import re

import pytest

from conformance.cluster import DATABASES, EVENT_STORE_DB, PROCESSED_STORE_DB, REGISTRY_DB, USER_DB
from conformance.database.cluster_databases import SCRIPTED, STORES, ClusterDatabases
from conformance.database.login import PASSWORD_VARIABLE
from conformance.database.probe_table import ProbeTable
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.node.shared_databases import Role
from conformance.requirement import NotApplicable, NotAssessed
from selftests.fake_mysql import (
    ALLOCATION,
    OLD_INDEXES,
    PASSWORD,
    SERVER,
    FakeMySql,
    FakeNetwork,
    all_on,
    owners_blob,
    with_databases,
)
from selftests.fake_node import FakeAccess
from suites import test_database as suite

TESTS = [value for name, value in vars(suite).items() if name.startswith("test_")]


class Judge:
    """Runs the suite's tests over a network of fake servers and two nodes."""

    def __init__(self, folder):
        self.network = FakeNetwork()
        self.server = self.network.servers[SERVER]
        self.accesses = [with_databases(FakeAccess.good(name)) for name in ("node1", "node2")]
        self.witness = Witness.recording(folder / "evidence")
        self.read_only = False
        self.not_assessed = []

    @property
    def databases(self):
        nodes = tuple(Node(access, self.witness) for access in self.accesses)
        return ClusterDatabases(nodes, self.network.connect)

    def calls(self, test):
        databases = self.databases
        first, second = databases.nodes
        wanted = set(inspect.signature(test).parameters)
        roles = SCRIPTED if "scripted_database" in wanted else STORES if "store_database" in wanted else tuple(Role)
        probe = ProbeTable("run-1", self.witness, read_only=self.read_only)
        for node in databases.nodes:
            for role in roles:
                one = databases.of(node, role)
                nouns = {"scripted_database": one, "store_database": one, "shared_database": one, "node": node}
                nouns |= {"database_pair": databases.both(role), "databases": databases, "probe_table": probe}
                nouns |= {"first_node": first, "second_node": second}
                yield {name: nouns[name] for name in wanted}

    def outcomes(self, kind=AssertionError):
        """Messages of what was raised of a kind, by requirement; anything else goes through."""
        found = {}
        for test in TESTS:
            for nouns in self.calls(test):
                try:
                    test(**nouns)
                except kind as problem:
                    found.setdefault(test.pytestmark[0].args[0], []).append(str(problem))
                except NotAssessed as reason:
                    self.not_assessed.append(str(reason))
        return found


@pytest.fixture
def judge(tmp_path):
    return Judge(tmp_path)


def test_the_pages_databases_pass_and_no_probe_table_is_left(judge):
    assert judge.outcomes() == {}
    made = [sql for sql in judge.server.statements if sql.startswith("CREATE TABLE `das_conformance_probe_run_1`")]
    assert len(made) == 12
    assert not any("probe" in name for tables in judge.server.tables.values() for name in tables)


def sound_mysql_8(judge):
    judge.server.variables |= {"version": "8.0.15"}
    judge.server.grants["das@%"] = [line.replace("'", "`") for line in all_on(*DATABASES)]


def sound_wildcard_grants(judge):
    judge.server.grants["das@%"] = all_on("user%", "reg_b", r"WSO2\_ANALYTICS\_%")


def sound_global_grant(judge):
    judge.server.grants["das@%"] = ["GRANT ALL PRIVILEGES ON *.* TO 'das'@'%' WITH GRANT OPTION"]


def sound_lower_case_names(judge):
    judge.server.variables["lower_case_table_names"] = "1"
    judge.server.grants["das@%"] = all_on(*(name.lower() for name in DATABASES))
    for name in (USER_DB, REGISTRY_DB):
        tables = judge.server.tables[name]
        judge.server.tables[name] = {table.lower(): rows for table, rows in tables.items()}
        judge.server.indexes[name] = {(table.lower(), index) for table, index in judge.server.indexes[name]}


def sound_one_account_for_each_node(judge):
    judge.server.tells_accounts = True
    judge.server.accounts = [("das", "198.51.100.1"), ("das", "198.51.100.11"), ("das", "198.51.100.12"), ("root", "%")]
    judge.server.grants = {f"das@198.51.100.{n}": all_on(*DATABASES) for n in (1, 11, 12)}


def sound_failover_url(judge):
    for access in judge.accesses:
        with_databases(access, host=f"{SERVER}:3306,198.51.100.14:3306")


def sound_loadbalanced_url(judge):
    for access, hosts in zip(judge.accesses, (f"{SERVER},198.51.100.9", f"198.51.100.9,{SERVER}"), strict=True):
        url = f"jdbc:mysql:loadbalance://{hosts}/userdb"
        with_databases(access, WSO2UM_DB=url)
    judge.network.servers["198.51.100.9"] = judge.server


def sound_mariadb_url(judge):
    for access in judge.accesses:
        with_databases(access, WSO2REG_DB=f"jdbc:mariadb://address=(host={SERVER})(port=3306)/regdb?useSSL=false")


def sound_password_of_the_vault(judge, monkeypatch):
    monkeypatch.setenv(PASSWORD_VARIABLE, PASSWORD)
    for access in judge.accesses:
        with_databases(access, password='<password xmlns:s="x" s:secretAlias="Das.Db"></password>')


def sound_database_on_the_first_node(judge):
    judge.network.servers["198.51.100.11"] = judge.server
    for access, host in zip(judge.accesses, ("localhost", "198.51.100.11"), strict=True):
        with_databases(access, host=host)


def sound_group_of_servers(judge):
    members = [FakeMySql.good(), FakeMySql.good()]
    for number, member in enumerate(members):
        member.tables = judge.server.tables
        member.variables |= {"server_uuid": f"member{number}", "group_replication_group_name": "group"}
    judge.network.servers = dict(zip(("198.51.100.11", "198.51.100.12"), members, strict=True))
    for access in judge.accesses:
        with_databases(access, host="127.0.0.1")


SOUND = [value for name, value in globals().items() if name.startswith("sound_")]


@pytest.mark.parametrize("change", SOUND, ids=lambda change: change.__name__)
def test_a_sound_variation_passes(judge, change, request):
    more = [request.getfixturevalue(name) for name in list(inspect.signature(change).parameters)[1:]]
    change(judge, *more)

    assert judge.outcomes() == {}
    assert judge.not_assessed == []


def drop_table(judge):
    del judge.server.tables[REGISTRY_DB]["UM_CLAIM"]


def old_script(judge):
    judge.server.indexes[USER_DB] = set(OLD_INDEXES)


def renamed_index(judge):
    judge.server.indexes[USER_DB].pop()


def revoked_right(judge):
    judge.server.grants["das@%"][1] = "GRANT SELECT, CREATE, DROP, INSERT ON `userdb`.* TO 'das'@'%'"


def denied_table(judge):
    judge.server.refusals["CREATE TABLE"] = (1142, "CREATE command denied to user 'das'@'198.51.100.12'")


def narrower_account(judge):
    judge.server.tells_accounts = True
    judge.server.accounts.append(("das", "198.51.100.12"))
    judge.server.grants["das@198.51.100.12"] = all_on(USER_DB, REGISTRY_DB, EVENT_STORE_DB)


def account_of_localhost_only(judge):
    judge.server.tells_accounts = True
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


def id_of_one_node(judge):
    rows = judge.server.tables[EVENT_STORE_DB][ALLOCATION]
    rows[:] = [(shard, at, owners_blob("id-node1")) for shard, at, _ in rows]


def deleted_row(judge):
    judge.server.tables[EVENT_STORE_DB][ALLOCATION].pop()


def other_id(judge):
    judge.server.tables[EVENT_STORE_DB][ALLOCATION][3] = ("3", 1, owners_blob("id-node1", "id-node2", "old-id"))


@pytest.mark.parametrize(
    ("change", "broken", "told"),
    [
        (drop_table, "DB-03", r"node1 WSO2REG_DB \(registry, MySQL das@.*database regdb\): 1 tables .*: UM_CLAIM\n"),
        (
            old_script,
            "DB-04",
            "WSO2UM_DB .*found the indexes of mysql.sql .*REG_LOG_IND_BY_REG_LOGTIME.*for MySQL 5.7.22",
        ),
        (renamed_index, "DB-04", "only part of the indexes"),
        (revoked_right, "DB-06", r"account 'das'@'%' as seen from 198.51.100.11 lacks ALTER, ALTER ROUTINE, .*UPDATE"),
        (denied_table, "DB-06", "CREATE command denied"),
        (narrower_account, "DB-06", r"node2 .*account 'das'@'198.51.100.12' .* lacks ALTER"),
        (account_of_localhost_only, "DB-06", r"account for das \(none\) as seen from 198.51.100.11 lacks"),
        (other_server, "DB-09", "node2 WSO2REG_DB .*198.51.100.99.*reaches MySQL 5.7.22 on db:3306 .uuid other"),
        (other_database, "DB-09", r"row written through\s+node1 .*\s+is not read through\s+node2 .*doesn't exist"),
        (
            id_of_one_node,
            "NID-03",
            r"node2 .*my-node-id.dat:1: found 'id-node2', .*GLOBAL_SHARD.* holds 'id-node1' .shards",
        ),
        (deleted_row, "NID-03", r"no node is registered for shards \[5\] of 6 \(node1 .*analytics-config.xml"),
        (other_id, "NID-04", r"found 'old-id' \(shards \[3\]\) beside the nodes' own ids"),
    ],
)
def test_each_breakage_fails_its_requirement_alone(judge, change, broken, told):
    change(judge)
    messages = judge.outcomes()

    assert set(messages) == {broken}
    assert any(re.search(told, message) for message in messages[broken]), messages[broken]
    assert all("see DB-06" in reason for reason in judge.not_assessed)


@pytest.mark.parametrize(
    ("database", "broken"),
    [(USER_DB, "DB-02"), (EVENT_STORE_DB, "DB-05"), (PROCESSED_STORE_DB, "DB-05")],
)
def test_a_dropped_database_is_told(judge, database, broken):
    del judge.server.tables[database]
    messages = judge.outcomes((AssertionError, EvidenceError))

    assert broken in messages
    assert re.search(
        f"node1 .*datasources.xml:.*found database '{database}', which .* sees .*regdb", messages[broken][0]
    )


def test_an_older_or_another_server_needs_no_57_script(judge):
    judge.server.indexes[USER_DB] = set(OLD_INDEXES)
    for version in ("5.6.51", "5.5.5-10.11.6-MariaDB-log"):
        judge.server.variables["version"] = version
        judge.witness._made.clear()

        assert list(judge.outcomes(NotApplicable)) == ["DB-04"]


def test_a_read_only_run_makes_no_table_and_says_what_it_does_not_prove(judge):
    judge.read_only = True
    messages = judge.outcomes(NotAssessed)

    assert set(messages) == {"DB-06", "DB-09"}
    assert "--read-only: no probe table was made, so it is not proven that a row" in messages["DB-09"][0]
    assert not any("CREATE" in sql for sql in judge.server.statements)


def test_an_account_that_nobody_tells_of_is_not_assessed(judge):
    judge.server.accounts = [("das", "198.51.100.1")]
    judge.server.grants = {"das@198.51.100.1": all_on(*DATABASES)}

    assert "which is not for 198.51.100.11" in judge.outcomes(NotAssessed)["DB-06"][0]


def test_a_server_that_refuses_is_an_error(judge):
    judge.network.servers.clear()

    messages = judge.outcomes(EvidenceError)
    assert set(messages) == {f"DB-{n:02}" for n in (2, 3, 4, 5, 6, 9, 10)} | {"NID-03", "NID-04"}
    assert "MySQL das@198.51.100.13:3306: 2003: Can't connect" in messages["DB-02"][0]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"password": "<password>wrong</password>"}, "1045: Access denied for user 'das'.*check address, account"),
        (
            {"password": '<password xmlns:s="x" s:secretAlias="Das.Db"/>'},
            f"in the secure vault - .*{PASSWORD_VARIABLE}",
        ),
        ({"password": "<password>${db.password}</password>"}, f"a system property - .*{PASSWORD_VARIABLE}"),
        ({"WSO2UM_DB": "jdbc:h2:./repository/database/X"}, "is no MySQL URL - give it a MySQL URL"),
        ({"WSO2UM_DB": "[MySQL DB url]/userdb"}, "is no MySQL URL"),
        ({"WSO2UM_DB": f"jdbc:mysql://{SERVER}:70000/userdb"}, "no port number"),
        ({"WSO2UM_DB": f"jdbc:mysql://{SERVER}"}, "names no database"),
    ],
)
def test_a_datasource_that_does_not_lead_there_is_an_error(judge, values, told):
    with_databases(judge.accesses[0], **values)

    with pytest.raises(EvidenceError, match=told) as caught:
        judge.databases.of(judge.databases.nodes[0], Role.USERS).schemata  # noqa: B018
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda tables: tables.pop(ALLOCATION),
            "the table is not there, so no node has registered itself - start both",
        ),
        (lambda tables: tables[ALLOCATION].append(("7", 1, b"\x00\x00\x00\x05gar")), "record 7: cut: column name"),
        (lambda tables: tables[ALLOCATION].append(("x", 1, b"")), "record 'x' is no shard"),
        (lambda tables: tables[ALLOCATION].append(("7", 1, owners_blob("a")[:-1] + b"b")), "names 'a' but holds 'b'"),
    ],
)
def test_a_registration_that_cannot_be_read_is_an_error(judge, spoil, told):
    spoil(judge.server.tables[EVENT_STORE_DB])

    messages = judge.outcomes(EvidenceError)
    assert set(messages) == {"NID-03", "NID-04"}
    assert re.search(told, messages["NID-04"][0])


def test_a_probe_table_is_dropped_when_the_run_is_interrupted(judge):
    def interrupt(*_):
        raise KeyboardInterrupt

    probe = ProbeTable("run-1", judge.witness)
    first, second = judge.databases.both(Role.USERS)
    probe._read = interrupt
    with pytest.raises(KeyboardInterrupt):
        probe.crossing(first, second)
    assert not any("probe" in name for name in judge.server.tables[USER_DB])


def test_a_probe_table_that_stays_is_named(judge):
    judge.server.refusals["DROP TABLE"] = (1205, "Lock wait timeout exceeded")
    with pytest.raises(
        EvidenceError, match="is left - drop table das_conformance_probe_run_1 of database userdb by hand"
    ):
        ProbeTable("run-1", judge.witness).made_and_dropped(judge.databases.both(Role.USERS)[0])


def test_no_probe_table_is_made_that_could_not_be_dropped(judge):
    judge.server.grants["das@%"] = ["GRANT SELECT, INSERT, CREATE ON *.* TO 'das'@'%'"]
    outcome = ProbeTable("run-1", judge.witness).made_and_dropped(judge.databases.both(Role.USERS)[0])

    assert not outcome.good
    assert "its account lacks DROP" in outcome.told
    assert not any("CREATE" in sql for sql in judge.server.statements)


def test_the_password_never_reaches_the_evidence(judge, tmp_path):
    judge.outcomes()

    texts = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert texts
    assert not any(PASSWORD in text for text in texts)
