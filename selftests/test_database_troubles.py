"""What databases that do not answer, or must not be written to, leave open; and that no probe table is left."""

import re

import pytest

from conformance.database.login import PASSWORD_VARIABLE
from conformance.database.probe_table import ProbeTable
from conformance.deployment.spec import DATABASES, EVENT_STORE_DB, USER_DB
from conformance.errors import EvidenceError
from conformance.evidence.store import read_evidence
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.shared_databases import Role
from selftests.fake_mysql import ALLOCATION, PASSWORD, SERVER, all_on, owners_blob, with_databases


def test_a_read_only_run_makes_no_table_and_says_what_it_does_not_prove(judge):
    judge.read_only = True
    messages = judge.outcomes(NotAssessed)

    assert set(messages) == {"DB-06", "DB-09"}
    assert "nothing may be written: no probe table was made, so it is not proven that a row" in messages["DB-09"][0]
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
        ({"WSO2UM_DB": f"jdbc:mysql://{SERVER}:70000/userdb"}, "not a port number"),
        ({"WSO2UM_DB": f"jdbc:mysql://{SERVER}"}, "names no database"),
    ],
)
def test_a_datasource_that_does_not_lead_there_is_an_error(judge, values, told):
    with_databases(judge.accesses[0], **values)

    with pytest.raises(EvidenceError, match=told) as caught:
        judge.databases.of(judge.databases.nodes[0], Role.USERS).schemata  # noqa: B018
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize("url", ["jdbc:h2:./repository/database/X", "[MySQL DB url]/userdb"])
def test_a_datasource_of_another_kind_is_left_to_the_requirement_on_it(judge, url):
    with_databases(judge.accesses[0], WSO2UM_DB=url)

    with pytest.raises(NotAssessed, match=r"which is not a MySQL URL \(see DS-04\)"):
        judge.databases.of(judge.databases.nodes[0], Role.USERS).schemata  # noqa: B018


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (
            lambda tables: tables.pop(ALLOCATION),
            "the table is not there, so no node has registered itself - start both",
        ),
        (lambda tables: tables[ALLOCATION].append(("7", 1, b"\x00\x00\x00\x05gar")), "record 7: cut: column name"),
        (lambda tables: tables[ALLOCATION].append(("x", 1, b"")), "record 'x' is not a shard"),
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
    assert "its account lacks DROP" in outcome.text
    assert not any("CREATE" in sql for sql in judge.server.statements)


def test_the_password_never_reaches_the_evidence(judge, tmp_path):
    judge.outcomes()

    texts = [path.read_text() for path in tmp_path.rglob("*") if path.is_file()]
    assert texts
    assert not any(PASSWORD in text for text in texts)


def test_a_stored_run_is_judged_again_without_a_server(judge, tmp_path):
    judge.server.grants["das@%"] = all_on(*DATABASES[1:])
    first = judge.outcomes()
    judge.witness.close()
    judge.network.servers.clear()
    judge.witness = Witness.replaying(read_evidence(tmp_path / "evidence"))

    assert set(first) == {"DB-06"}
    assert judge.outcomes() == first
