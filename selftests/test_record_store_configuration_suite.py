"""Drivers that are none, and what is left to other requirements. What breaks a requirement is in sabotage/."""

import re

import pytest

from selftests.page_home import JAR, MASTER, jar

LIBRARIES = JAR.rpartition("/")[0]
DRIVER = "com.mysql.jdbc.Driver"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            jar("com.mysql.cj.jdbc.Driver"),
            r"bin.jar \(holds com.mysql.cj.jdbc.Driver\), expected one that holds com.mys",
        ),
        (b"", "cannot be opened: File is not a zip file"),
        (jar(), "holds no driver"),
    ],
)
def test_a_jar_without_the_class_fails_alone(cluster, content, told):
    for access in cluster.accesses:
        access.files[JAR] = content
    messages = cluster.failing()

    assert set(messages) == {"DB-01"}
    assert re.search(told, messages["DB-01"][0])


def test_a_broken_jar_beside_the_driver_does_no_harm(cluster):
    for access in cluster.accesses:
        access.files[f"{LIBRARIES}/broken.jar"] = b"PK"

    assert cluster.failing() == {}


def test_a_huge_jar_is_not_read(cluster, monkeypatch):
    monkeypatch.setattr(cluster.accesses[1], "size", lambda path: 10**9)

    assert "1000000000 bytes, more than a driver has" in cluster.failing()["DB-01"][0]


def test_a_driver_that_is_none_of_mysqls_is_left_to_its_own_requirement(cluster):
    cluster.edit((MASTER, DRIVER, "org.h2.Driver"))

    assert set(cluster.failing()) == {"DS-04"}
    assert "no MySQL driver (see DS-04)" in cluster.left_open()["DB-01"][0]
