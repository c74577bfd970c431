"""Spark SQL over SOAP: results, refusals, no answer."""

from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.services.admin import AdminServices
from conformance.node.services.analytics_processor import AnalyticsProcessor
from conformance.node.services.query import QueryRefused, QueryResult
from selftests.fake_http import Reply, session
from selftests.test_soap import envelope

NIL = 'xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:nil="true"'


def processor(tmp_path: Path, *replies: Reply) -> AnalyticsProcessor:
    witness = Witness.recording(tmp_path)
    return AnalyticsProcessor(AdminServices(session(*replies), witness), "node1")


def result(columns: str, rows: str) -> str:
    return f"<n:executeQueryResponse xmlns:n='u'><n:return>{columns}{rows}</n:return></n:executeQueryResponse>"


def test_a_result_has_its_columns_and_rows(tmp_path):
    row = "<rowsResults><columnValues>1</columnValues><columnValues>x</columnValues></rowsResults>"
    names = "<c:columnNames xmlns:c='v'>id</c:columnNames><c:columnNames xmlns:c='v'>name</c:columnNames>"
    found = processor(tmp_path, Reply(200, envelope(result(names, row)))).query("SELECT id, name FROM t")
    assert found == QueryResult(("id", "name"), (("1", "x"),))


def test_empty_arrays_come_as_nil_and_mean_nothing(tmp_path):
    body = result(f"<columnNames {NIL}/>", f"<rowsResults {NIL}/>")
    assert processor(tmp_path, Reply(200, envelope(body))).query("CREATE ...") == QueryResult()


def test_a_null_reads_as_the_console_shows_it(tmp_path):
    body = result("<columnNames>a</columnNames>", f"<rowsResults><columnValues {NIL}/></rowsResults>")
    assert processor(tmp_path, Reply(200, envelope(body))).query("SELECT a").rows == (("NULL",),)


def test_a_fault_is_a_refused_query_with_the_users_message(tmp_path):
    fault = "<s:Fault><faultstring>f</faultstring><detail><m>Exception in executing query SELEC</m></detail></s:Fault>"
    with pytest.raises(QueryRefused) as told:
        processor(tmp_path, Reply(500, envelope(fault))).query("SELEC")
    assert told.value.reason == "Exception in executing query SELEC"


@pytest.mark.parametrize("reply", [Reply(404, "<html>no"), Reply(401, ""), Reply(500, "boom"), Reply(302, "")])
def test_an_http_error_is_no_answer(tmp_path, reply):
    with pytest.raises(EvidenceError, match=f"HTTP {reply.status_code}"):
        processor(tmp_path, reply).query("SELECT 1")


def test_an_answer_without_a_result_is_no_answer(tmp_path):
    with pytest.raises(EvidenceError, match="without a result"):
        processor(tmp_path, Reply(200, envelope("<r/>"))).query("SELECT 1")


def test_a_script_is_sent_without_line_breaks(tmp_path):
    http = session(Reply(200, envelope("<r><return/><return/></r>")))
    script = AnalyticsProcessor(AdminServices(http, Witness.recording(tmp_path)), "node1")
    assert len(script.script("SELECT a\nFROM t", "SELECT 2")) == 2
    assert b"SELECT a FROM t; SELECT 2;" in http._transport.asked[0][2]["data"]
