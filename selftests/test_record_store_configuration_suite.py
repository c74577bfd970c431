"""Drivers that are none, and what is left to other requirements. What breaks a requirement is in sabotage/."""

import re

import pytest

from conformance.node.checks import store_datasources
from selftests.page_home import JAR, MASTER, PROCESSED_DB, STORES, jar

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


ELSEWHERE = (STORES, PROCESSED_DB, "ELSEWHERE")
OTHER_KIND = (STORES, "RDBMSAnalyticsRecordStore", "HBaseAnalyticsRecordStore")
MORE = (STORES, 'name="PROCESSED_DATA_STORE"', 'name="MORE"')


@pytest.mark.parametrize(
    ("edits", "told"),
    [([], False), ([ELSEWHERE], True), ([ELSEWHERE, OTHER_KIND], True), ([ELSEWHERE, MORE], True),
     ([ELSEWHERE, MORE, OTHER_KIND], False)],
)  # fmt: skip
def test_a_datasource_that_is_not_defined_is_told_of_relational_stores_and_the_pages(cluster, edits, told):
    found = store_datasources.undefined(cluster.edit(*edits).view.second)

    assert ("found 'ELSEWHERE', which is not defined\n" in found) is bool(found) is told


@pytest.mark.parametrize(
    ("primary", "only_second", "told"),
    [
        ("EVENT_STORE", False, ""),
        ("EVENT_STORE_WO", False, ""),
        ("EVENT_STORE_WO", True, "node2 .*found 'EVENT_STORE_WO', expected"),
        ("NONE", False, "node1 .*found 'NONE', expected the name of a record store"),
        ("NONE", True, "node2 .*found 'NONE', expected the name of a record store"),
    ],
)
def test_both_nodes_have_one_primary_record_store(cluster, primary, only_second, told):
    cluster.edit((STORES, "Store>EVENT_STORE<", f"Store>{primary}<"), only_second=only_second)
    found = store_datasources.problem_of_primary(*cluster.view.nodes)

    assert re.match(told, found) if told else not found
