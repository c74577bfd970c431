"""MySQL's limits of connections against the pools of both nodes."""

import pytest

from conformance.database import connection_limit
from conformance.deployment.spec import EVENT_STORE_DB, PROCESSED_STORE_DB
from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.datasources import ANALYTICS, MASTER
from selftests.fake_mysql import SERVER, FakeMySql, with_databases

H2 = {name: "jdbc:h2:./x" for name in ("WSO2UM_DB", "WSO2REG_DB", EVENT_STORE_DB, PROCESSED_STORE_DB)}


def sized(judge, size, path=ANALYTICS):
    for access in judge.accesses:
        text = access.files[path].decode()
        access.files[path] = text.replace("</url>", f"</url><maxActive>{size}</maxActive>").encode()
    return judge


def pages(judge):
    return sized(sized(judge, 50), 50, MASTER)


def problem(judge):
    return connection_limit.problem(judge.databases)


@pytest.mark.parametrize(
    ("limits", "told"),
    [
        *((limits, "") for limits in ((400, 0), (1000, 0), (5000, 400))),
        ((151, 0), f"MySQL das@{SERVER}:3306 (MySQL 5.7.22): max_connections is 151, expected at least 400"),
        ((151, 0), "node1 WSO2UM_DB 50"),
        ((151, 0), f"node2 {PROCESSED_STORE_DB} 50"),
        ((1000, 20), "max_user_connections of the account is 20, expected at least 400"),
    ],
)
def test_a_server_and_an_account_take_what_the_pools_may_open(judge, limits, told):
    judge.server.limits = limits
    found = problem(pages(judge))

    assert told in found
    assert bool(found) == bool(told)


@pytest.mark.parametrize("size", ["", "0", "-5", "many"])
def test_a_pool_without_a_size_that_it_can_use_takes_a_hundred(judge, size):
    judge.server.limits = (799, 0)

    assert "expected at least 800" in problem(sized(sized(judge, size), size, MASTER))


def test_pools_on_another_server_count_there(judge):
    other = FakeMySql.good()
    other.variables["server_uuid"], other.limits, judge.server.limits = "another", (200, 0), (200, 0)
    judge.network.servers["198.51.100.14"] = other
    for access in judge.accesses:
        urls = {name: f"jdbc:mysql://198.51.100.14/{name}" for name in (EVENT_STORE_DB, PROCESSED_STORE_DB)}
        with_databases(access, **urls)

    assert problem(pages(judge)) == ""


def test_data_sources_that_do_not_lead_to_mysql_do_not_count(judge):
    judge.server.limits = (200, 0)
    for access in judge.accesses:
        with_databases(access, WSO2UM_DB="jdbc:h2:./x", WSO2REG_DB="jdbc:h2:./x")

    assert problem(pages(judge)) == ""


def test_without_any_on_mysql_nothing_can_be_said(judge):
    for access in judge.accesses:
        with_databases(access, **H2)

    with pytest.raises(NotAssessed, match="no shared data source leads to MySQL"):
        problem(judge)


def test_a_size_that_only_the_product_knows_is_not_assessed(judge):
    with pytest.raises(NotAssessed, match="which the product replaces"):
        problem(sized(judge, "${pool}"))


def test_a_server_that_does_not_answer_is_an_error(judge):
    del judge.network.servers[SERVER]

    with pytest.raises(EvidenceError, match="Can't connect"):
        problem(judge)
