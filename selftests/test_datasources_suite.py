"""What the requirements on datasources leave open. What breaks a requirement is in sabotage/."""

from selftests.page_home import (
    MASTER,
    SERVER,
    USERS,
    datasource,
)

USERS_SOURCE = datasource("WSO2UM_DB", f"{SERVER}/userdb", "jdbc/WSO2UM_DB")
DRIVER = "com.mysql.jdbc.Driver"


def test_the_pages_configuration_passes(cluster):
    assert cluster.failing() == {}
    assert cluster.left_open() == {}


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
