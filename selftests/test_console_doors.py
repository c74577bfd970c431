"""The console's menu, its page, wrong queries, and strangers at its doors."""

from __future__ import annotations

import json

import pytest

from conformance.evidence.witness import Witness
from conformance.node.checks.wrong_query import wrong_query
from conformance.node.log.carbon_log import NodeLog
from conformance.node.node import Node
from conformance.node.services.console import Page
from conformance.node.services.console_menu import TRAIL, console_problem, trail
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.node.services.unauthenticated import Unauthenticated
from selftests.fake_http import Reply, session
from selftests.fake_node import FakeAccess, StillClock, file_line
from selftests.test_console import CLUSTER

MENU = """<div id="menu"><ul class="main"><li class="menu-header">Manage</li><li class="normal"><ul class="sub">
<li class="menu-disabled-link">Batch Analytics</li><li class="normal"><ul class="sub">
<li><a href="../spark-management/sparkConsole.jsp?region=region1">Console</a></li></ul></li></ul></li></ul></div>"""
CONSOLE = "<h2>Interactive Analytics Console</h2><div id='terminal'></div>"
LOGGER = "org.wso2.carbon.analytics.spark.core.CarbonAnalyticsProcessorService"


def page(html: str, status: int = 200) -> Page:
    return Page("https://h:9443/carbon/x.jsp", status, "", html)


def answered(code: int, item: str) -> str:
    """What the endpoint says of a query."""
    return json.dumps(
        {"meta": {"code": code, "responseMessage": "", "columns": ["a"]}, "response": {"items": [[item]]}}
    )


@pytest.mark.parametrize(
    ("html", "found"),
    [
        (MENU, TRAIL),
        (MENU.replace("sparkConsole", "other"), ()),
        (MENU.replace("Batch Analytics", "Else"), ("Manage", "Else", "Console")),
        ("", ()),
    ],
)
def test_the_item_is_found_where_the_page_says_and_in_no_other_menu(html, found):
    assert trail(page(html)) == found


@pytest.mark.parametrize(
    ("html", "status", "told"),
    [
        (CONSOLE, 200, "^$"),
        (CONSOLE, 404, "HTTP 404"),
        ("<h2>Sign in</h2>", 200, r"headings \['Sign in'\]; expected 'Interactive Analytics Console'"),
        ("<h2>Interactive Analytics Console</h2><p>disabled</p>", 200, "has no terminal"),
    ],
)
def test_the_console_page_has_heading_and_terminal(html, status, told):
    problem = console_problem(page(html, status))
    with pytest.raises(AssertionError, match=told):
        raise AssertionError(problem)


def strangers(tmp_path, *replies: Reply) -> Unauthenticated:
    return Unauthenticated("node1", lambda: session(*replies), Witness.recording(tmp_path))


@pytest.mark.parametrize(
    ("reply", "open_"),
    [
        (Reply(302, "", {"Location": "/carbon/admin/login.jsp"}), False),
        (Reply(302, "", {"Location": "/carbon/admin/index.jsp"}), True),
        (Reply(200, CONSOLE), True),
    ],
)
def test_a_console_that_does_not_lead_to_the_login_is_reported(tmp_path, reply, open_):
    found = strangers(tmp_path, reply).console
    assert "the console page answered HTTP" in found if open_ else found == ""


@pytest.mark.parametrize(
    ("answer", "told"),
    [(answered(400, "no session"), ""), (answered(200, "8888888"), "the query endpoint answered HTTP 200")],
)
def test_the_endpoint_gives_strangers_no_rows(tmp_path, answer, told):
    token = Reply(200, "X-CSRF-Token:ABCD-EFGH-IJKL")
    found = strangers(tmp_path, token, token, Reply(200, answer)).endpoint
    assert told in found
    assert bool(found) == bool(told)


def test_who_does_not_log_in_sends_no_credentials(tmp_path):
    node = Node(FakeAccess.good("node1"), Witness.recording(tmp_path), CLUSTER)
    assert node.unauthenticated._new_session()._auth is None
    assert node.logins._anonymous._http._auth is None
    assert node.new_console()._new_session()._auth is None


@pytest.mark.parametrize("noun", ["user_admin", "input_adapters", "registry_resources", "analytics"])
def test_admin_services_are_asked_as_the_administrator(tmp_path, noun):
    node = Node(FakeAccess.good("node1"), Witness.recording(tmp_path), CLUSTER)
    assert getattr(node, noun)._admin._http._auth == (CLUSTER.admin_user, CLUSTER.admin_password.reveal())


@pytest.mark.parametrize(
    ("reply", "told"), [(Reply(401), ""), (Reply(500, "<Fault/>"), ""), (Reply(200, "8888888"), "open")]
)
def test_an_admin_service_refuses_strangers(tmp_path, reply, told):
    assert bool(strangers(tmp_path, reply).admin_service) == bool(told)


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


ERROR = QueryRefused("node1", "q", "Exception in executing query")
LOGGED = (file_line(f"{LOGGER}|Error while executing query : SELECT a FROM NO_TABLE", level="ERROR"),)
OTHERS = (file_line(f"{LOGGER}|SELECT a FROM OTHER", level="ERROR"), file_line("x.Y|again SELECT a FROM NO_TABLE"))
CAUSE = "Caused by: org.apache.spark.sql.AnalysisException: Table not found: NO_TABLE;"


@pytest.mark.parametrize(
    ("answer", "lines", "told"),
    [
        (ERROR, (*LOGGED, CAUSE), ""),
        (ERROR, (*LOGGED, CAUSE, *OTHERS), ""),
        (QueryResult(), (*LOGGED, CAUSE), "without an error, though its table does not exist"),
        (ERROR, (), "no error of CarbonAnalyticsProcessorService in wso2carbon.log"),
        (ERROR, LOGGED, "found no cause in wso2carbon.log, expected one that names 'no_table'"),
    ],
)
def test_a_wrong_query_is_shown_to_user_and_log(tmp_path, answer, lines, told):
    problem = wrong_query(Asked(tmp_path, answer, *lines), "NO_TABLE").problem
    assert told in problem
    assert bool(problem) == bool(told)
