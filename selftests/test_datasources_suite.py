"""What the requirements on datasources leave open. What breaks a requirement is in sabotage/."""

import pytest

from selftests.page_home import (
    ANALYTICS,
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


@pytest.mark.parametrize(
    ("path", "setting", "value", "broken"),
    [
        (ANALYTICS, "defaultAutoCommit>false", "defaultAutoCommit>FALSE", "DS-06"),
        (MASTER, "testOnBorrow>true", "testOnBorrow>True", "DS-05"),
        (MASTER, f"driverClassName>{DRIVER}", f"driverClassName>{DRIVER} ", "DS-04"),
    ],
)
def test_what_the_product_does_not_take_for_what_it_looks_like_fails(cluster, path, setting, value, broken):
    messages = cluster.edit((path, setting, value), only_second=True).failing()

    assert broken in messages
    assert f"found '{value.partition('>')[2]}', " in messages[broken][0]
    assert set(messages) <= {broken, "DB-01"}
    assert all(f"one that holds '{DRIVER} '" in one for one in messages.get("DB-01", []))


def test_a_password_never_stands_in_a_message(cluster):
    cluster.edit((MASTER, "<username>das<", "<username>[user]<"), (MASTER, DRIVER, "org.h2.Driver"))

    assert "pw-" not in str(cluster.failing())
