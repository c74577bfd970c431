"""The console as a browser: token, login, menu, pages, queries, strangers, and every way in which these go wrong."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import requests

from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.checks.wrong_query import wrong_query
from conformance.node.log.carbon_log import NodeLog
from conformance.node.services.console import (
    CSRF_SCRIPT,
    LOGIN_ACTION,
    QUERY_ACTION,
    TRAIL,
    Console,
    LoginRefused,
    Page,
    console_problem,
    query_result,
    trail,
)
from conformance.node.services.http_session import HttpSession
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.node.services.unauthenticated import Unauthenticated
from conformance.secret import Secret
from selftests.fake_http import Answer, FakeTransport, Reply, session
from selftests.fake_node import FakeAccess, StillClock, file_line

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
TO_LOGIN = {"Location": "/carbon/admin/login.jsp"}
TOKENS = (Reply(200, "X-CSRF-Token:ABCD-EFGH-IJKL"),) * 2
MENU = """<div id="menu"><ul class="main"><li class="menu-header">Manage</li><li class="normal"><ul class="sub">
<li class="menu-disabled-link">Batch Analytics</li><li class="normal"><ul class="sub">
<li><a href="../spark-management/sparkConsole.jsp?region=region1">Console</a></li></ul></li></ul></li></ul></div>"""
CONSOLE = "<h2>Interactive Analytics Console</h2><div id='terminal'></div>"
LOGGER = "org.wso2.carbon.analytics.spark.core.CarbonAnalyticsProcessorService"
ERROR = QueryRefused("node1", "q", "Exception in executing query")
LOGGED = (file_line(f"{LOGGER}|Error while executing query : SELECT a FROM NO_TABLE", level="ERROR"),)
OTHERS = (file_line(f"{LOGGER}|SELECT a FROM OTHER", level="ERROR"), file_line("x.Y|again SELECT a FROM NO_TABLE"))
CAUSE = "Caused by: org.apache.spark.sql.AnalysisException: Table not found: NO_TABLE;"


def console(tmp_path: Path, **changed: Answer) -> tuple[Console, FakeTransport]:
    """A console at which everything works but what is `changed`: token, login or query."""
    keys = dict(zip(("token", "login", "query"), GOOD, strict=True))
    answers = GOOD | {keys[name]: reply for name, reply in changed.items()}

    def answer(method: str, url: str, _: dict[str, Any]) -> Answer:
        return answers.get((method, url.partition(":9443/")[2]), Reply())

    transport = FakeTransport(answer)
    opened = partial(HttpSession, "node1", "https://h:9443", transport=transport)
    return Console("node1", CLUSTER, opened, Witness.recording(tmp_path)), transport


def test_login_fetches_the_script_once_and_sends_the_token_of_its_session(tmp_path):
    browser, transport = console(tmp_path)
    assert browser.login() == "/carbon/admin/index.jsp?loginStatus=true"
    asked = [f"{method} {url.rpartition('/')[2]}" for method, url, _ in transport.asked]
    assert asked == ["GET login.jsp", "GET csrfPrevention.js", "POST csrfPrevention.js", "POST login_action.jsp"]
    login = next(options for _, url, options in transport.asked if url.endswith("login_action.jsp"))
    assert login["data"] == {"username": "admin", "password": "adm-secret", "X-CSRF-Token": TOKEN}


def test_a_login_may_be_sent_on_in_other_ways_and_one_that_is_refused_names_the_place(tmp_path):
    for status in (301, 303):
        browser, _ = console(tmp_path, login=Reply(status, "", {"Location": "/x?loginStatus=true"}))
        assert browser.login() == "/x?loginStatus=true"
    browser, _ = console(tmp_path, login=Reply(302, "", {"Location": "/carbon/admin/login.jsp?loginStatus=false"}))
    with pytest.raises(LoginRefused, match="loginStatus=false"):
        browser.login()


@pytest.mark.parametrize(("step", "answer", "expected"), [
    ("token", Reply(403, "Security violation."), "expected 'X-CSRF-Token:<token>'"),
    ("token", Reply(403, f"X-CSRF-Token:{TOKEN}"), r"found 'X-CSRF-Token:\.\.\.'"),
    ("token", Reply(200, "<script>"), "expected 'X-CSRF-Token:<token>'"),
    ("token", Reply(200, ""), "expected 'X-CSRF-Token:<token>'"),
    ("login", Reply(200, "", {"Location": "/x?loginStatus=true"}), "expected a redirect after login"),
    ("login", Reply(403, "Security violation."), "expected a redirect after login"),
    ("query", requests.ReadTimeout("hangs"), "no answer within"),
    *(("query", Reply(status, "<html>"), f"HTTP {status}") for status in (302, 403, 404, 405, 500)),
])  # fmt: skip
def test_what_is_no_answer_of_the_console_is_an_evidence_error(tmp_path, step, answer, expected):
    browser, _ = console(tmp_path, **{step: answer})
    with pytest.raises(EvidenceError, match=expected):
        browser.query("SELECT a FROM t")


def test_a_query_logs_in_first_and_gives_its_rows_and_neither_password_nor_token_is_recorded(tmp_path):
    browser, _ = console(tmp_path)
    assert browser.query("SELECT a FROM t") == QueryResult(("a",), (("1",), ("NULL",)))
    recorded = (tmp_path / "observations.jsonl").read_text()
    assert "adm-secret" not in recorded
    assert TOKEN not in recorded


@pytest.mark.parametrize("noun", ["login", "page", "query"])
def test_each_look_is_a_new_one(tmp_path, noun):
    browser, transport = console(tmp_path)
    browser.login()
    for _ in range(2):
        before = len(transport.asked)
        getattr(browser, noun)(*(["x"] if noun != "login" else []))
        assert len(transport.asked) > before


def test_a_page_is_given_as_it_came(tmp_path):
    browser, transport = console(tmp_path)
    found = browser.page("carbon/x.jsp")
    assert found == Page("https://h:9443/carbon/x.jsp", 200, "", "")
    assert transport.asked[-1][:2] == ("GET", found.url)


@pytest.mark.parametrize(("code", "column", "items", "reason"), [
    (400, "ERROR", [["no table"]], "no table"),
    (400, "a", [["no table"]], "no table"),
    (200, "ERROR", [["no table"]], "no table"),
    (400, "ERROR", [], "said"),
    (400, "ERROR", [[]], "said"),
])  # fmt: skip
def test_code_400_is_a_refused_query_although_the_http_status_is_200(code, column, items, reason):
    reply = {"meta": {"code": code, "responseMessage": "said", "columns": [column]}, "response": {"items": items}}
    with pytest.raises(QueryRefused) as raised:
        query_result("node1", "SELECT a", reply)
    assert (raised.value.reason, "found error" in str(raised.value)) == (reason, True)


@pytest.mark.parametrize("reply", [[], None, {}, {"meta": {"code": 200}}, {"meta": 1, "response": 2}, "text"])
def test_json_of_another_shape_is_an_evidence_error(reply):
    with pytest.raises(EvidenceError, match=r"meta and response\.items"):
        query_result("node1", "SELECT a", reply)


def page(html: str, status: int = 200) -> Page:
    return Page("https://h:9443/carbon/x.jsp", status, "", html)


def answered(code: int, item: str) -> str:
    """What the endpoint says of a query."""
    meta = {"code": code, "responseMessage": "", "columns": ["a"]}
    return json.dumps({"meta": meta, "response": {"items": [[item]]}})


@pytest.mark.parametrize(("html", "found"), [
    (MENU, TRAIL),
    (MENU.replace("</div>", '<ul><li><a href="sparkConsole.jsp">Other</a></li></ul></div>'), TRAIL),
    (MENU.replace("sparkConsole", "other"), ()),
    (MENU.replace("Batch Analytics", "Else"), ("Manage", "Else", "Console")),
    ("", ()),
])  # fmt: skip
def test_the_item_is_found_where_the_page_says_and_in_no_other_menu(html, found):
    assert trail(page(html)) == found


@pytest.mark.parametrize(("html", "status", "expected"), [
    (CONSOLE, 200, "^$"),
    (CONSOLE, 404, "HTTP 404"),
    ("<h2>Sign in</h2>", 200, r"headings \['Sign in'\]; expected 'Interactive Analytics Console'"),
    ("<h2>Interactive Analytics Console</h2><p>disabled</p>", 200, "has no terminal"),
])  # fmt: skip
def test_the_console_page_has_heading_and_terminal(html, status, expected):
    problem = console_problem(page(html, status))
    assert re.search(expected, problem)


@pytest.mark.parametrize(("asked", "replies", "expected"), [
    *(("console", (Reply(status, "", TO_LOGIN),), "") for status in (301, 302, 303, 307, 401, 403)),
    *(("console", (Reply(status),), "") for status in (401, 403, 404)),
    *(
        ("console", (Reply(302, "", {"Location": f"https://id.example/{place}"}),), "")
        for place in ("log-in", "signin", "sign-in", "sso-acs/x.jsp", "x?SAMLRequest=y", "oauth2", "openid/connect")
    ),
    ("console", (Reply(200, "<form><input name='password'\n type='password'></form>"),), ""),
    *(("console", (Reply(status, "", TO_LOGIN),), "the console page answered HTTP") for status in (200, 500)),
    ("console", (Reply(302, "", {"Location": "/carbon/admin/index.jsp"}),), "the console page answered HTTP"),
    ("console", (Reply(200, CONSOLE),), "the console page answered HTTP"),
    ("endpoint", (*TOKENS, Reply(200, answered(400, "no session"))), ""),
    ("endpoint", (*TOKENS, Reply(200, answered(200, "1"))), "the query endpoint answered HTTP 200"),
    ("endpoint", (*TOKENS, Reply(200, answered(400, "8888888"))), "the query endpoint answered HTTP 200"),
    ("admin_service", (Reply(401, "8888888"),), ""),
    ("admin_service", (Reply(500, "<Fault/>"),), ""),
    ("admin_service", (Reply(200, "8888888"),), "answered HTTP 200"),
])  # fmt: skip
def test_what_is_open_to_those_who_do_not_log_in_is_reported(tmp_path, asked, replies, expected):
    found = getattr(Unauthenticated("node1", lambda: session(*replies), Witness.recording(tmp_path)), asked)
    assert expected in found
    assert bool(found) == bool(expected)


@pytest.mark.parametrize("status", [502, 503, 504])
@pytest.mark.parametrize("asked", ["console", "endpoint", "admin_service"])
def test_a_proxys_own_answer_says_nothing_of_what_is_open(tmp_path, asked, status):
    replies = (*(TOKENS if asked == "endpoint" else ()), Reply(status, "<h1>Bad Gateway</h1>"))
    doors = Unauthenticated("node1", lambda: session(*replies), Witness.recording(tmp_path))
    with pytest.raises(EvidenceError, match=rf"\(HTTP {status}\): found '<h1>Bad Gateway.*node's own address"):
        getattr(doors, asked)


class Asked:
    """A node whose console answers a wrong query so, and logs these lines."""

    def __init__(self, tmp_path, answer: Exception | QueryResult, *lines: str) -> None:
        self.name = "node1"
        self._access = FakeAccess.good("node1")
        self._answer, self._lines = answer, lines
        self.log = NodeLog(self._access, Witness.recording(tmp_path), StillClock())

    def new_console(self) -> Asked:
        return self

    def query(self, sql: str) -> QueryResult:
        for line in self._lines:
            self._access.append(line + "\n")
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


@pytest.mark.parametrize(("answer", "lines", "expected"), [
    (ERROR, (*LOGGED, CAUSE), ""),
    (ERROR, (*LOGGED, CAUSE, *OTHERS), ""),
    (QueryResult(), (*LOGGED, CAUSE), "without an error, though its table does not exist"),
    (ERROR, (), "no error of CarbonAnalyticsProcessorService in wso2carbon.log"),
    (ERROR, LOGGED, "found no cause in wso2carbon.log, expected one that names 'no_table'"),
])  # fmt: skip
def test_a_wrong_query_is_shown_to_user_and_log(tmp_path, answer, lines, expected):
    problem = wrong_query(Asked(tmp_path, answer, *lines), "NO_TABLE").problem
    assert expected in problem
    assert bool(problem) == bool(expected)
