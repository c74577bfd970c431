"""The record store: names and blobs by the product's algorithm, broken blobs, and classes that are no drivers."""

import re
import struct
from typing import Any
from unittest.mock import MagicMock

import pymysql
import pytest

from conformance.database.record_store import BadRecord, RecordTable, _java_hash, decode, physical_name
from conformance.database.server import DatabaseServer
from conformance.deployment.spec import DatabaseSpec
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.checks import datasource_links
from conformance.secret import Secret
from selftests.home_paths import MASTER, STORES
from selftests.page_home import JAR, PROCESSED_DB, jar

#: From docs/product/record-store.md#tables-in-mysql, cross-checked there in Java.
GOLDEN = {
    ("__TENANT_INFO__", -1000): "ANX___8GEkYomM_",
    ("__GLOBAL_SHARD_ALLOCATION_CONFIG__", -1000): "ANX___8GO8JC2Q_",
    ("__SPARK_META_TABLE", -5000): "ANX___sePT125Y_",
    ("ANALYTICS_SCRIPTS_TEST", -1234): "ANX___7LqKn5cI_",
    ("SMART_HOME_DATA", -1234): "ANX___7LsBlP_Q_",
    ("TEST", -1234): "ANX___7LgAnPJI_",
}
ELSEWHERE = (STORES, PROCESSED_DB, "ELSEWHERE")
NAMELESS = (STORES, f">{PROCESSED_DB}<", "><")
OTHER_KIND = (STORES, "RDBMSAnalyticsRecordStore", "HBaseAnalyticsRecordStore")
MORE = (STORES, 'name="PROCESSED_DATA_STORE"', 'name="MORE"')


def column(name: str, kind: int, value: bytes) -> bytes:
    encoded = name.encode()
    return struct.pack(">i", len(encoded)) + encoded + bytes([kind]) + value


def text(value: str) -> bytes:
    return struct.pack(">i", len(value.encode())) + value.encode()


@pytest.mark.parametrize(("table", "tenant"), GOLDEN)
def test_physical_names_are_the_products(table, tenant):
    assert physical_name(table, tenant) == GOLDEN[table, tenant]


def test_a_name_is_hashed_by_its_utf_16_units():
    units = {"": [], "ab": [97, 98], "ÄΩ": [0xC4, 0x3A9], "😀": [0xD83D, 0xDE00]}
    assert [_java_hash(text) for text in units] == [
        sum(31 ** (len(found) - 1 - place) * unit for place, unit in enumerate(found)) for found in units.values()
    ]


def test_every_type_is_decoded():
    blob = column("s", 1, text("Zürich")) + column("i", 2, struct.pack(">i", -7))
    blob += column("l", 3, struct.pack(">q", 1 << 40))
    blob += column("f", 4, struct.pack(">f", 0.5)) + column("d", 5, struct.pack(">d", 2.25)) + column("b", 6, b"\x01")
    blob += column("x", 7, text("raw")) + column("n", 0, b"") + column("o", 0x10, text("kryo"))
    assert decode(blob) == {
        "s": "Zürich", "i": -7, "l": 1 << 40, "f": 0.5, "d": 2.25, "b": True, "x": b"raw", "n": None, "o": b"kryo",
    }  # fmt: skip
    # A name of no length ends the record.
    assert decode(column("a", 6, b"\x00") + struct.pack(">i", 0) + b"rest") == {"a": False}


@pytest.mark.parametrize("length", range(1, len(column("id", 1, text("abc")))))
def test_a_cut_blob_is_reported_wherever_it_is_cut(length):
    with pytest.raises(BadRecord, match="cut"):
        decode(column("id", 1, text("abc"))[:length], "LABIN record 1")


@pytest.mark.parametrize(("blob", "problem"), [
    (column("a", 0x42, b""), "unknown type byte 0x42 for column 'a'"),
    (struct.pack(">i", -1), "negative length -1 of column name"),
    (column("a", 1, struct.pack(">i", -5)), "negative length -5 of value of a"),
    (struct.pack(">i", 2) + b"\xff\xfe\x00", "column name is not UTF-8"),
    (b"\x7f\xff\xff\xff", "cut: column name needs 2147483647 bytes"),
])  # fmt: skip
def test_a_damaged_blob_is_reported_by_its_record(blob, problem):
    with pytest.raises(BadRecord, match=f"LABIN record 1: {problem}"):
        decode(blob, "LABIN record 1")


def server(rows: list[tuple[Any, ...]], problem: Exception | None = None) -> DatabaseServer:
    def execute(sql: str, _parameters: object) -> None:
        if "broken" in sql:
            raise pymysql.err.ProgrammingError(1146, "Table 'x' doesn't exist")

    connect = MagicMock(side_effect=problem)
    cursor = connect.return_value.cursor.return_value.__enter__.return_value
    cursor.execute.side_effect, cursor.fetchall.return_value = execute, rows
    spec = DatabaseSpec("198.51.100.13", 3306, "das", Secret("db-secret"))
    return DatabaseServer(spec, Witness.silent(), connect)


def test_rows_are_read_through_the_witness_and_decoded_and_a_look_between_is_not_recorded():
    rows = [("r1", 5, column("id", 1, text("e1"))), ("r2", 6, None)]
    asked, read = server(rows), [("r1", 5, {"id": "e1"}), ("r2", 6, {})]
    assert [(one.id, one.timestamp, one.values) for one in RecordTable(asked, "LABIN").peek()] == read
    assert RecordTable(server([(7,)]), "LABIN").count() == 7
    assert asked._witness.observations() == []
    assert [(one.id, one.timestamp, one.values) for one in RecordTable(asked, "LABIN").records()] == read
    assert len(asked._witness.observations()) == 1


def test_a_server_that_refuses_and_a_missing_table_are_evidence_errors_with_address_and_statement():
    refused = pymysql.err.OperationalError(2003, "Can't connect to MySQL server")
    with pytest.raises(EvidenceError, match=r"MySQL das@198\.51\.100\.13:3306: 2003: Can't connect"):
        server([], refused).rows("SELECT 1")
    with pytest.raises(EvidenceError, match="doesn't exist in 'SELECT broken'"):
        server([]).rows("SELECT broken")


def test_a_server_that_is_away_is_asked_once():
    away = server([], pymysql.err.OperationalError(2003, "Can't connect"))
    for _ in range(3):
        with pytest.raises(EvidenceError, match="2003"):
            away.demand_answer()
    assert away._connect.call_count == 1
    assert away._connect.call_args.kwargs["connect_timeout"] >= 1


@pytest.mark.parametrize("problem", [RuntimeError("RuntimeError"), OSError(), UnicodeError("x", "OSError")])
def test_what_has_no_number_is_an_evidence_error_too(problem):
    with pytest.raises(EvidenceError, match=r"3306: .*(RuntimeError|OSError)"):
        server([], problem).demand_answer()


def test_a_refused_login_is_an_answer_and_a_question_that_the_account_may_not_ask_has_no_rows():
    refused, denied, away = (server([], pymysql.err.OperationalError(code, "no")) for code in (1045, 1142, 2003))
    refused.demand_answer()
    assert denied.attempt("SELECT User FROM mysql.user") is None
    with pytest.raises(EvidenceError, match="2003"):
        away.attempt("SELECT 1")


@pytest.mark.parametrize(("content", "expected"), [
    (jar("com.mysql.cj.jdbc.Driver"), r"bin.jar \(holds com.mysql.cj.jdbc.Driver\), expected one that holds com.mys"),
    (b"", "cannot be opened: File is not a zip file"),
    (jar(), "holds no driver"),
])  # fmt: skip
def test_a_jar_without_the_class_fails_alone(cluster, content, expected):
    for access in cluster.accesses:
        access.files[JAR] = content
    messages = cluster.failing()
    assert set(messages) == {"DB-01"}
    assert re.search(expected, messages["DB-01"][0])


def test_a_broken_jar_beside_the_driver_does_no_harm(cluster):
    for access in cluster.accesses:
        access.files[f"{JAR.rpartition('/')[0]}/broken.jar"] = b"PK"
    assert cluster.failing() == {}


@pytest.mark.parametrize("name", ["mysql.JAR", "mysql-connector-java-5.1.49.zip", "jdbc/driver.jar"])
def test_a_driver_that_the_product_does_not_load_is_named(cluster, name):
    for access in cluster.accesses:
        access.files[f"{JAR.rpartition('/')[0]}/{name}"] = access.files.pop(JAR)
    assert f"{name.partition('/')[0]} (not read: no name of a jar)" in cluster.failing()["DB-01"][0]


def test_a_huge_jar_is_not_read(cluster, monkeypatch):
    monkeypatch.setattr(cluster.accesses[1], "size", lambda path: 10**9)
    assert "1000000000 bytes, more than a driver has" in cluster.failing()["DB-01"][0]


def test_a_driver_that_is_none_of_mysqls_is_left_to_its_own_requirement(cluster):
    cluster.edit((MASTER, "com.mysql.jdbc.Driver", "org.h2.Driver"))
    assert set(cluster.failing()) == {"DS-04"}
    assert "no MySQL driver (see DS-04)" in cluster.left_open()["DB-01"][0]


@pytest.mark.parametrize(("edits", "expected"), [
    ([], False), ([NAMELESS], False), ([ELSEWHERE], True), ([ELSEWHERE, OTHER_KIND], True), ([ELSEWHERE, MORE], True),
    ([ELSEWHERE, MORE, OTHER_KIND], False),
])  # fmt: skip
def test_a_datasource_that_is_not_defined_is_reported_of_relational_stores_and_the_pages(cluster, edits, expected):
    found = datasource_links.problem_undefined_for_stores(cluster.edit(*edits).view.second)
    assert ("found 'ELSEWHERE', which is not defined\n" in found) is bool(found) is expected


def test_a_node_without_any_relational_store_is_reported(cluster):
    renamed = [(STORES, f'name="{name}"', f'name="MY_{name}"') for name in ("EVENT_STORE", "EVENT_STORE_WO")]
    found = datasource_links.problem_undefined_for_stores(cluster.edit(*renamed, MORE, OTHER_KIND).view.second)
    assert found.endswith("expected those that the page names")


@pytest.mark.parametrize(("primary", "only_second", "expected"), [
    ("EVENT_STORE", False, ""),
    ("EVENT_STORE_WO", False, ""),
    ("EVENT_STORE_WO", True, "node2 .*found 'EVENT_STORE_WO', expected"),
    ("NONE", False, "node1 .*found 'NONE', expected the name of a record store"),
    ("NONE", True, "node2 .*found 'NONE', expected the name of a record store"),
])  # fmt: skip
def test_both_nodes_have_one_primary_record_store(cluster, primary, only_second, expected):
    cluster.edit((STORES, "Store>EVENT_STORE<", f"Store>{primary}<"), only_second=only_second)
    found = datasource_links.problem_of_primary_store(*cluster.view.nodes)
    assert re.match(expected, found) if expected else not found
