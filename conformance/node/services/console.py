"""A node's console for a browser: CSRF token, login, menu, queries (docs/product/console.md#analytics-console)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.deployment.spec import ClusterSpec
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.evidence.witness import Witness
from conformance.node.services.http_session import HttpSession, explained, shown
from conformance.node.services.query import QueryRefused, QueryResult

if TYPE_CHECKING:
    from lxml import html

LOGIN_PAGE = "carbon/admin/login.jsp"
LOGIN_ACTION = "carbon/admin/login_action.jsp"
CSRF_SCRIPT = "carbon/admin/js/csrfPrevention.js"
CONSOLE_PAGE = "carbon/spark-management/sparkConsole.jsp"
QUERY_ACTION = "carbon/spark-management/execute_sparkquery_ajaxprocessor.jsp"
INDEX_PAGE = "carbon/admin/index.jsp"

_TOKEN = re.compile(r"^\s*X-CSRF-Token:([A-Z0-9-]{8,})\s*$")


class LoginRefused(AssertionError):
    """The console rejected a login; `location` is where it redirected."""

    def __init__(self, where: str, user: str, location: str) -> None:
        super().__init__(
            f"{where}: login of {user!r} was sent to {location!r}, expected loginStatus=true; "
            "check the administrator's password in user-mgt.xml and that both nodes share the user database"
        )


class Page(NamedTuple):
    """A console page: status, redirect target ("" if none), HTML."""

    url: str
    status: int
    location: str
    html: str


class Console:
    """One session with one node's console; logs in when first needed."""

    def __init__(
        self,
        node: str,
        cluster: ClusterSpec,
        new_session: Callable[[], HttpSession],
        witness: Witness,
        why: Callable[[], str] = lambda: "",
    ) -> None:
        """`why` returns what may delay a query."""
        self._node = node
        self._user = cluster.admin_user
        self._password = cluster.admin_password
        self._new_session = new_session
        self._witness = witness
        self._why = why
        self._token = ""
        self._http: HttpSession | None = None

    def login(self) -> str:
        """Log in; returns the redirect target. LoginRefused if rejected, EvidenceError without a CSRF token."""
        answer = self._witness.ask(self._node, "console login", self._login, fresh=True)
        if "loginStatus=true" not in answer["location"]:
            raise LoginRefused(
                f"{self._node} {answer['url']} (HTTP {answer['status']})", self._user, answer["location"]
            )
        return str(answer["location"])

    def page(self, path: str = CONSOLE_PAGE) -> Page:
        """Get a page while logged in. EvidenceError if the node does not answer."""

        def ask() -> Json:
            answer = self._session().get(path, deadline=deadlines.CONSOLE_PAGE)
            return Page(answer.url, answer.status, answer.location, answer.text)._asdict()

        return Page(**self._witness.ask(self._node, f"console page {path}", ask, fresh=True))

    def query(self, sql: str, *, deadline: Deadline = deadlines.CONSOLE_QUERY) -> QueryResult:
        """Run a statement like the console page does. QueryRefused if the node answers with an error."""

        def ask() -> Json:
            session = self._session()
            form = {"query": sql, "cmd": sql, "X-CSRF-Token": self._token}
            with explained(self._why):
                answer = session.post(QUERY_ACTION, data=form, deadline=deadline)
            if answer.status != 200:
                raise EvidenceError(
                    f"{answer.where}: expected HTTP 200 and JSON, found {shown(answer.text)!r}",
                    "403: refused CSRF token; 302: lost login; 404: no console feature; 500: see wso2carbon.log",
                )
            return {"url": answer.url, "reply": answer.json()}

        returned = self._witness.ask(self._node, f"console query {sql}", ask, fresh=True)
        return query_result(f"{self._node} {returned['url']}", sql, returned["reply"])

    def _session(self) -> HttpSession:
        if self._http is None:
            self.login()
        assert self._http is not None
        return self._http

    def _login(self) -> Json:
        http = self._new_session()
        http.get(LOGIN_PAGE, deadline=deadlines.CONSOLE_PAGE)
        self._token = fetch_token(http)
        form = {"username": self._user, "password": self._password.reveal(), "X-CSRF-Token": self._token}
        answer = http.post(LOGIN_ACTION, data=form, deadline=deadlines.CONSOLE_PAGE)
        if answer.status not in (301, 302, 303):
            raise EvidenceError(
                f"{answer.where}: expected a redirect after login, found {shown(answer.text)!r}",
                "403 is a refused CSRF token: check Owasp.CsrfGuard.Carbon.properties",
            )
        self._http = http if "loginStatus=true" in answer.location else None
        return {"url": answer.url, "status": answer.status, "location": answer.location, "user": self._user}


def fetch_token(http: HttpSession) -> str:
    """The session's CSRF token, fetched like the console's script does (docs/product/console.md#csrf-guard)."""
    # Until the script was fetched once since the server's start, the guard rejects even the POST for a token.
    http.get(CSRF_SCRIPT)
    answer = http.post(CSRF_SCRIPT, headers={"FETCH-CSRF-TOKEN": "1"})
    found = _TOKEN.match(answer.text)
    if answer.status != 200 or not found:
        hidden = re.sub(r"X-CSRF-Token:\S+", "X-CSRF-Token:...", answer.text)
        raise EvidenceError(
            f"{answer.where}: expected 'X-CSRF-Token:<token>', found {shown(hidden)!r}",
            "check that CSRFGuard and its JavaScript servlet are enabled in web.xml",
        )
    return found[1]


def query_result(where: str, sql: str, reply: Any) -> QueryResult:
    """The rows in the console's JSON. QueryRefused for code 400, EvidenceError for unexpected JSON."""
    try:
        code, message = reply["meta"]["code"], reply["meta"]["responseMessage"]
        columns = tuple(str(name) for name in reply["meta"]["columns"])
        rows = tuple(tuple(str(cell) for cell in row) for row in reply["response"]["items"])
    except (KeyError, TypeError) as problem:
        raise EvidenceError(
            f"{where}: expected JSON with meta and response.items, found {shown(str(reply))} ({problem!r})",
            "compare the console feature's version",
        ) from None
    if code != 200 or columns == ("ERROR",):
        raise QueryRefused(where, sql, rows[0][0] if rows and rows[0] else str(message))
    return QueryResult(columns, rows)


#: The page's words: Main > Manage > Batch Analytics > Console; Main is the tab of this menu.
TRAIL = ("Manage", "Batch Analytics", "Console")
HEADING = "Interactive Analytics Console"


def trail(page: Page) -> tuple[str, ...]:
    """Menu items on the path to the console's link, outermost first; empty if there is no link."""
    name = CONSOLE_PAGE.rpartition("/")[2]
    links = _tree(page.html).xpath("//div[@id='menu']//a[contains(@href, $name)]", name=name)
    if not links:
        return ()
    found = [links[0].text_content().strip()]
    # A submenu is a list in its own item, directly after the item with its name.
    for around in links[0].xpath("ancestor::ul[contains(@class, 'sub')]")[::-1]:
        before = around.getparent().xpath("preceding-sibling::li[1]")
        found.insert(0, before[0].text_content().strip() if before else "")
    return tuple(found)


def console_problem(page: Page) -> str:
    """What is wrong with the console page, for the operator; "" if it is the console with its terminal."""
    headings = [one.text_content().strip() for one in _tree(page.html).xpath("//h2")]
    if page.status != 200 or HEADING not in headings:
        return f"{page.url}: HTTP {page.status} {page.location}, headings {headings}; expected {HEADING!r}"
    if not _tree(page.html).xpath("//div[@id='terminal']"):
        return f"{page.url}: has no terminal; expected one (execution may be disabled on this node)"
    return ""


def _tree(text: str) -> html.HtmlElement:
    # Imported only here: runs without a live node read no page.
    from lxml import html

    return html.document_fromstring(text.strip() or "<html></html>")
