"""Changes a stored run's answers of the management console (page: Testing the HA deployment, step 6)."""

from conformance.evidence.observation import Json
from sabotage.homes import FIRST, SECOND
from sabotage.sabotage import Table, wrong
from sabotage.stored_run import StoredRun
from sabotage.tamper import edited, never_came, put, replaced

_LOGIN, _INDEX = "^console login$", "^console page carbon/admin/index.jsp"
_CONSOLE = "^console page carbon/spark-management/sparkConsole.jsp"
_QUERY, _SELECT = "^console query ", "^console query SELECT label"
_SOAP = r"^SOAP .*\.executeQuery$"
_NUMBER = r"(columnValues>beta</\w+:columnValues><\w+:columnValues>)\d+"
#: The console's answer to a query without a Spark context, and to one that ran
#: (docs/product/console.md#analytics-console).
_REFUSAL = {
    "meta": {"code": 400, "columns": ["ERROR"], "responseMessage": "ERROR"},
    "response": {"items": [["Spark SQL Context is not available. Check if the cluster has instantiated properly."]]},
}
_SUCCESS = {"meta": {"code": 200, "columns": ["a"], "responseMessage": "EXECUTED QUERY"}, "response": {"items": []}}
_RAN = '{"meta": {"code": 200}, "response": {"items": [["8888888"]]}}'


def _in(test: str) -> str:
    """Return the scopes of tests with this prefix."""
    return rf"suites/test_console\.py::{test}.*"


_MENU, _TYPED, _WRONG = _in("test_the_console_stands"), _in("test_queries_typed_in_the_console"), _in("test_a_wrong")


def _one_row_less(answer: Json) -> Json:
    answer["reply"]["response"]["items"].pop()
    return answer


def _without_last_row(answer: Json) -> Json:
    answer["rows"].pop()
    return answer


SABOTAGES: Table[StoredRun] = {
    "CON-01": {
        "login-refused": wrong(
            "node 2's console refuses the administrator",
            replaced(SECOND, _LOGIN, "loginStatus=true", "loginStatus=false", _in("test_the_administrator")),
        ),
        "no-page-after-login": wrong(
            "node 1's console sends the administrator back to the login",
            put(FIRST, _INDEX, "status", value=302, scope=_in("test_the_administrator")),
        ),
    },
    "CON-02": {
        "menu-without-console": wrong(
            "node 2's menu has no item for the console",
            replaced(SECOND, _INDEX, r"sparkConsole\.jsp", "elsewhere.jsp", _MENU),
        ),
        "console-in-another-menu": wrong(
            "node 1's menu has the console below another heading",
            replaced(FIRST, _INDEX, "Batch Analytics", "Something Else", _MENU),
        ),
        "page-without-terminal": wrong(
            "node 1's console page has no terminal",
            replaced(FIRST, _CONSOLE, r"""id=(["'])terminal\1""", 'id="x"', _in("test_the_console_page")),
        ),
    },
    "CON-03": {
        "console-lacks-a-row": wrong(
            "a query typed in node 2's console gives one row less", edited(SECOND, _SELECT, _one_row_less, _TYPED)
        ),
        "console-without-context": wrong(
            "node 1's console refuses each query, as there is no Spark context",
            put(FIRST, _QUERY, "reply", value=_REFUSAL, scope=_TYPED),
        ),
        "soap-gives-another-value": wrong(
            "a query asked over SOAP gives another number on node 1",
            replaced(FIRST, _SOAP, _NUMBER, r"\g<1>1", _in("test_queries_over_soap")),
        ),
        "browser-shows-a-row-less": wrong(
            "a browser at node 1's console shows one row less",
            edited(FIRST, "^console in a browser$", _without_last_row),
        ),
    },
    "CON-04": {
        "wrong-query-succeeds": wrong(
            "node 1's console answers a wrong query with success",
            put(FIRST, "^console query SELECT a FROM", "reply", value=_SUCCESS, scope=_WRONG),
        ),
        "wrong-query-not-logged": wrong(
            "node 2's log does not show a wrong query",
            never_came(SECOND, "^log line 'Error while executing query", "no such line within 20 s", _WRONG),
        ),
        "cause-not-logged": wrong(
            "node 2's log does not say why a wrong query failed",
            replaced(SECOND, "^log: ", "^Caused by.*$", "\tat x.Y.z(Y.java:1)", _WRONG),
        ),
    },
    "CON-05": {
        "other-rows-on-the-peer": wrong(
            "node 2 gives another number than node 1",
            replaced(SECOND, _SOAP, _NUMBER, r"\g<1>1", _in("test_rows_are_the_same")),
        )
    },
    "CON-06": {
        "console-open": wrong(
            "node 1 shows the console to someone who did not log in",
            put(FIRST, "^console page without a login$", "status", value=200),
        ),
        "endpoint-open": wrong(
            "node 2 runs a query of someone who did not log in",
            edited(SECOND, "^query endpoint without a login$", lambda answer: {**answer, "status": 200, "text": _RAN}),
        ),
        "admin-service-open": wrong(
            "node 1's admin service takes a call without credentials",
            edited(
                FIRST, "^admin service without a login$", lambda answer: {**answer, "status": 200, "text": "8888888"}
            ),
        ),
    },
}
