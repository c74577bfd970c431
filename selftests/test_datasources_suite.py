"""Each datasource requirement fails on its smallest breakage, and only what follows from it fails too."""

import re

import pytest

from selftests.page_home import (
    ANALYTICS,
    EVENTS_DB,
    LOCAL_URL,
    MASTER,
    POOL,
    PROCESSED_DB,
    SERVER,
    USERS,
    PageCluster,
    datasource,
)

USERS_SOURCE = datasource("WSO2UM_DB", f"{SERVER}/userdb", "jdbc/WSO2UM_DB")
REGISTRY_SOURCE = datasource("WSO2REG_DB", f"{SERVER}/regdb", "jdbc/WSO2REG_DB")
EVENTS_NAME = f"<name>{EVENTS_DB}</name>"
DRIVER = "com.mysql.jdbc.Driver"
USERS_URL = f"{SERVER}/userdb"


@pytest.fixture
def cluster(tmp_path):
    return PageCluster(tmp_path)


def test_the_pages_configuration_passes(cluster):
    assert cluster.failing() == {}
    assert cluster.left_open() == {}


@pytest.mark.parametrize(
    ("edit", "broken", "told"),
    [
        (
            (MASTER, "<name>jdbc/WSO2UM_DB<", "<name>jdbc/Other<"),
            {"DS-01"},
            r"node2 .*master-datasources.xml:\d+ .*jndiConfig/name: found 'jdbc/Other', expected 'jdbc/WSO2UM_DB'",
        ),
        ((MASTER, USERS_SOURCE, ""), {"DS-01"}, "found 'WSO2_CARBON_DB', 'WSO2REG_DB', expected WSO2UM_DB with JNDI"),
        ((MASTER, USERS_SOURCE, USERS_SOURCE * 2), {"DS-01"}, "expected WSO2UM_DB once"),
        ((MASTER, REGISTRY_SOURCE, ""), {"DS-02"}, r"WSO2REG_DB .*node2 .*registry.xml.* asks for 'jdbc"),
        (
            (MASTER, REGISTRY_SOURCE, REGISTRY_SOURCE.replace("RDBMS", "Mongo")),
            {"DS-02"},
            "@type: found 'Mongo', expected 'RDBMS'",
        ),
        ((ANALYTICS, EVENTS_NAME, "<name>X</name>"), {"DB-08"}, f"not defined.*found 'X', '{PROCESSED_DB}'"),
        ((ANALYTICS, "RDBMSDataSourceReader", "Reader"), {"DS-03"}, "expected a provider org.wso2"),
        (
            (MASTER, USERS_URL, LOCAL_URL),
            {"DS-04", "DS-07"},
            "found 'jdbc:h2:.*expected a MySQL URL .is not a MySQL URL",
        ),
        ((MASTER, USERS_URL, "jdbc:mysql://[MySQL DB url]:[port]/userdb"), {"DS-04"}, r"placeholder \[MySQL DB url\]"),
        ((MASTER, USERS_URL, f" {USERS_URL}"), {"DS-04"}, "the blanks around it count"),
        ((MASTER, DRIVER, "org.h2.Driver"), {"DS-04"}, r"driverClassName: found 'org.h2.Driver', expected the MySQL"),
        ((ANALYTICS, "<username>das<", "<username>[username]<"), {"DS-04"}, r"found '\[username\]', expected the"),
        ((ANALYTICS, POOL, POOL.replace(">50<", ">5<")), {"DS-05"}, r"maxActive: found '5', the page has '50'"),
        ((ANALYTICS, "<defaultAutoCommit>false<", "<defaultAutoCommit>true<"), {"DS-06"}, "found 'true', expected"),
        ((ANALYTICS, "<defaultAutoCommit>false</defaultAutoCommit>", ""), {"DS-06"}, "then takes 'true'"),
        (
            (MASTER, USERS_URL, "jdbc:mysql://198.51.100.99:3306/userdb"),
            {"DS-07"},
            r"node2 .*found 'jdbc:mysql://198.51.100.99.*another database than\s+node1 .*found 'jdbc:mysql://198.51.100",
        ),
        ((MASTER, USERS_URL, f"{SERVER}/users"), {"DS-07"}, "another database than"),
        ((MASTER, ":3306/userdb", ":3307/userdb"), {"DS-07"}, "another database than"),
    ],
)
def test_a_breakage_of_the_second_node_fails_its_requirement_alone(cluster, edit, broken, told):
    messages = cluster.edit(edit, only_second=True).failing()

    assert set(messages) == broken
    assert any(re.search(told, message, re.DOTALL) for message in messages[min(broken)])


def test_one_database_for_two_roles_fails_alone(cluster):
    messages = cluster.edit((MASTER, f"{SERVER}/userdb", f"{SERVER}/regdb")).failing()

    assert set(messages) == {"DS-08"}
    assert "expected a database of its own for the registry, not that of the users at" in messages["DS-08"][0]


def test_the_local_datasource_for_users_fails_the_user_store_and_what_follows(cluster):
    messages = cluster.edit((USERS, "jdbc/WSO2UM_DB", "jdbc/WSO2CarbonDB"), only_second=True).failing()

    assert set(messages) == {"UM-01", "DS-04", "DS-07"}
    assert re.search(
        r"node2 .*user-mgt.xml:2 .*: found 'jdbc/WSO2CarbonDB', expected the JNDI name of "
        r"the shared.*'jdbc/WSO2UM_DB'\s+'jdbc/WSO2CarbonDB' is the node's own database: 'jdbc:h2:.*' at node2",
        messages["UM-01"][0],
    )


def test_a_stock_home_has_no_datasource_for_users(cluster):
    cluster.edit((USERS, "jdbc/WSO2UM_DB", "jdbc/WSO2CarbonDB"), (MASTER, USERS_SOURCE, ""))

    assert {"DS-01", "UM-01"} <= set(cluster.failing())


def test_what_a_missing_datasource_leaves_open_is_not_assessed(cluster):
    reasons = cluster.edit((MASTER, USERS_SOURCE, "")).left_open()

    assert {"DS-04", "DS-05", "DS-07", "DS-08", "DB-01"} <= set(reasons)
    assert "none is for users (see DS-01)" in reasons["DS-04"][0]


def test_a_password_never_stands_in_a_message(cluster):
    cluster.edit((MASTER, "<username>das<", "<username>[user]<"), (MASTER, DRIVER, "org.h2.Driver"))

    assert "pw-" not in str(cluster.failing())
