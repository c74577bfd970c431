"""The console as a browser: token, login, pages, queries, and every way in which these go wrong."""

from pathlib import Path
from typing import Any

import pytest
import requests

from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.services.console import (
    CSRF_SCRIPT,
    LOGIN_ACTION,
    QUERY_ACTION,
    Console,
    LoginRefused,
    query_result,
)
from conformance.node.services.http_session import HttpSession
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.secret import Secret
from selftests.fake_http import Answer, FakeTransport, Reply

TOKEN = "ABCD-EFGH-IJKL-MNOP-QRST-UVWX-YZ01-2345"
NODES = tuple(NodeSpec(f"node{n}", f"198.51.100.1{n}", Path("/opt/das"), f"id{n}") for n in (1, 2))
CLUSTER = ClusterSpec(NODES, DatabaseSpec("198.51.100.13", 3306, "das", Secret("db-secret")), Secret("adm-secret"))
GOOD: dict[tuple[str, str], Answer] = {
    ("POST", CSRF_SCRIPT): Reply(200, f"X-CSRF-Token:{TOKEN}"),
    ("POST", LOGIN_ACTION): Reply(302, "", {"Location": "/carbon/admin/index.jsp?loginStatus=true"}),
    ("POST", QUERY_ACTION): Reply(
        200, '\n\n{"meta":{"code":200,"responseMessage":"","columns":["a"]},"response":{"items":[["1"],["NULL"]]}}\n'
    ),
}


def console(tmp_path: Path, **changed: Answer) -> tuple[Console, FakeTransport]:
    """A console at which everything works but what is `changed`: token, login or query."""
    keys = dict(zip(("token", "login", "query"), GOOD, strict=True))
    answers = GOOD | {keys[name]: reply for name, reply in changed.items()}

    def answer(method: str, url: str, _: dict[str, Any]) -> Answer:
        return answers.get((method, url.partition(":9443/")[2]), Reply())

    transport = FakeTransport(answer)
    witness = Witness.recording(tmp_path)
    return Console(
        "node1", CLUSTER, lambda: HttpSession("node1", "https://h:9443", transport=transport), witness
    ), transport


def test_login_fetches_the_script_once_and_sends_the_token_of_its_session(tmp_path):
    browser, transport = console(tmp_path)
    browser.login()
    assert [method for method, url, _ in transport.asked if url.endswith("csrfPrevention.js")] == ["GET", "POST"]
    login = next(options for _, url, options in transport.asked if url.endswith("login_action.jsp"))
    assert login["data"] == {"username": "admin", "password": "adm-secret", "X-CSRF-Token": TOKEN}


def test_a_refused_login_is_a_failure_that_tells_where_it_was_sent(tmp_path):
    browser, _ = console(tmp_path, login=Reply(302, "", {"Location": "/carbon/admin/login.jsp?loginStatus=false"}))
    with pytest.raises(LoginRefused, match="loginStatus=false"):
        browser.login()


@pytest.mark.parametrize(
    ("step", "answer", "told"),
    [
        ("token", Reply(403, "Security violation."), "expected 'X-CSRF-Token:<token>'"),
        ("token", Reply(200, "<script>"), "expected 'X-CSRF-Token:<token>'"),
        ("token", Reply(200, ""), "expected 'X-CSRF-Token:<token>'"),
        ("login", Reply(403, "Security violation."), "expected a redirect after login"),
        ("query", requests.ReadTimeout("hangs"), "no answer within"),
        *(("query", Reply(status, "<html>"), f"HTTP {status}") for status in (302, 403, 404, 405, 500)),
    ],
)
def test_what_is_no_answer_of_the_console_is_an_evidence_error(tmp_path, step, answer, told):
    browser, _ = console(tmp_path, **{step: answer})
    with pytest.raises(EvidenceError, match=told):
        browser.query("SELECT a FROM t")


def test_a_query_logs_in_first_and_gives_its_rows_and_neither_password_nor_token_is_recorded(tmp_path):
    browser, _ = console(tmp_path)
    assert browser.query("SELECT a FROM t") == QueryResult(("a",), (("1",), ("NULL",)))
    recorded = (tmp_path / "observations.jsonl").read_text()
    assert "adm-secret" not in recorded
    assert TOKEN not in recorded


def test_code_400_is_a_refused_query_although_the_http_status_is_200():
    reply = {"meta": {"code": 400, "responseMessage": "", "columns": ["ERROR"]}, "response": {"items": [["no table"]]}}
    with pytest.raises(QueryRefused) as told:
        query_result("node1", "SELECT a", reply)
    assert told.value.reason == "no table"


@pytest.mark.parametrize("reply", [[], None, {}, {"meta": {"code": 200}}, {"meta": 1, "response": 2}, "text"])
def test_json_of_another_shape_is_an_evidence_error(reply):
    with pytest.raises(EvidenceError, match=r"meta and response\.items"):
        query_result("node1", "SELECT a", reply)
