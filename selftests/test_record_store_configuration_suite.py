"""Each requirement on record stores and on the driver fails on its smallest breakage."""

import re

import pytest

from selftests.page_home import ANALYTICS, EVENTS_DB, JAR, MASTER, PROCESSED_DB, STORES, PageCluster, jar

LIBRARIES = JAR.rpartition("/")[0]
DRIVER = "com.mysql.jdbc.Driver"
PROCESSED = f'<analytics-record-store name="PROCESSED_DATA_STORE">{{}}{PROCESSED_DB}'


@pytest.fixture
def cluster(tmp_path):
    return PageCluster(tmp_path)


@pytest.mark.parametrize(
    ("before", "after", "broken", "told"),
    [
        (f"{EVENTS_DB}<", "X<", {"DB-08"}, "node2 .*: found 'X', which is not defined"),
        (f">{PROCESSED_DB}<", f">{EVENTS_DB}<", {"DB-07", "DS-07"}, f"found '{EVENTS_DB}', expected anything but"),
        (">write_optimized", ">read_write_optimized", {"DB-07"}, "'category'.*found 'read_write_optimized', expected"),
        (".RDBMSAnalyticsRecordStore", ".Other", {"DB-07"}, "found 'org.*Other', expected 'org.*RDBMSAnalytics"),
        ('name="EVENT_STORE_WO"', 'name="MORE"', {"DB-07"}, "'EVENT_STORE', 'MORE', .*expected EVENT_STORE_WO once"),
        ('name="EVENT_STORE_WO"', 'name="EVENT_STORE"', {"DB-07"}, "expected EVENT_STORE once"),
    ],
)
def test_a_breakage_of_the_second_node_fails_alone(cluster, before, after, broken, told):
    messages = cluster.edit((STORES, before, after), only_second=True).failing()

    assert set(messages) == broken
    assert any(re.search(told, message, re.DOTALL) for message in messages[min(broken)])


def test_a_datasource_that_is_not_defined_is_named_with_those_that_are(cluster):
    renamed = (ANALYTICS, f"<name>{PROCESSED_DB}<", "<name>OTHER<")
    messages = cluster.edit(renamed, only_second=True).failing()

    assert set(messages) == {"DB-08"}
    assert f"found '{PROCESSED_DB}', which is not defined" in messages["DB-08"][0]
    assert f"/datasources-configuration/datasources: found '{EVENTS_DB}', 'OTHER'" in messages["DB-08"][0]


def test_no_record_store_at_all_fails_both(cluster):
    cluster.accesses[1].files[STORES] = b"<analytics-dataservice-configuration/>"

    assert set(cluster.failing()) == {"DB-07", "DB-08"}


def test_a_missing_driver_fails_alone(cluster):
    del cluster.accesses[1].files[JAR]
    messages = cluster.failing()

    assert set(messages) == {"DB-01", "PRE-02"}
    assert f"node2 {LIBRARIES}: found no jar, expected one that holds {DRIVER}" in messages["DB-01"][0]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (
            jar("com.mysql.cj.jdbc.Driver"),
            r"bin.jar \(holds com.mysql.cj.jdbc.Driver\), expected one that holds com.mys",
        ),
        (b"", "cannot be opened: File is not a zip file"),
        (b"PK\x03\x04" + b"\xff" * 4000, "cannot be opened"),
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
