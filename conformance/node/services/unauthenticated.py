"""What a node allows without a login: in the console, at its query endpoint, in the admin services."""

import re
from collections.abc import Callable

from conformance import deadlines
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.evidence.witness import Witness
from conformance.node.services import soap
from conformance.node.services.analytics_processor import NAMESPACE, SERVICE
from conformance.node.services.console import CONSOLE_PAGE, QUERY_ACTION, fetch_token
from conformance.node.services.http_session import HttpAnswer, HttpSession, shown

#: A statement without a table, and its result, which proves that it was run.
_QUERY, _SECRET = "SELECT 1234567 + 7654321", "8888888"
#: Marks of a redirect to a login and of a login page; statuses of a proxy itself.
_LOGIN = re.compile(r"log-?in|sign-?in|sso|saml|oauth|openid", re.IGNORECASE)
_PASSWORD = re.compile(r"<input[^>]*\btype\s*=\s*[\"']?password", re.IGNORECASE)
_GATEWAYS = (502, 503, 504)


class Unauthenticated:
    """Tries each entry point without a login; returns what was open, "" if it was closed."""

    def __init__(self, node: str, new_session: Callable[[], HttpSession], witness: Witness) -> None:
        self._node = node
        self._new_session = new_session
        self._witness = witness

    @property
    def console(self) -> str:
        """The console page must lead to a login, also of a single sign-on, or be hidden."""
        tried = self._tried("console page", lambda http: http.get(CONSOLE_PAGE, deadline=deadlines.CONSOLE_PAGE))
        to_login = tried["status"] in (301, 302, 303, 307) and _LOGIN.search(tried["location"])
        shows_login = tried["status"] == 200 and _PASSWORD.search(tried["text"])
        closed = tried["status"] in (401, 403, 404) or to_login or shows_login
        return "" if closed else self._open("console page", tried)

    @property
    def endpoint(self) -> str:
        """The console's query endpoint, with a token that anyone can get, must not return rows."""

        def post(http: HttpSession) -> HttpAnswer:
            form = {"query": _QUERY, "cmd": _QUERY, "X-CSRF-Token": fetch_token(http)}
            return http.post(QUERY_ACTION, data=form, deadline=deadlines.CONSOLE_QUERY)

        tried = self._tried("query endpoint", post)
        # Such pages answer 200 even without a login, with the refusal in their JSON (docs/product/console.md#login).
        return self._open("query endpoint", tried) if _ran(tried) else ""

    @property
    def admin_service(self) -> str:
        """An admin service, called without credentials."""

        def call(http: HttpSession) -> HttpAnswer:
            return soap.post(http, SERVICE, NAMESPACE, "executeQuery", [("query", _QUERY)], deadlines.CONSOLE_QUERY)

        tried = self._tried("admin service", call)
        return self._open("admin service", tried) if _ran(tried) else ""

    def _tried(self, door: str, knock: Callable[[HttpSession], HttpAnswer]) -> Json:
        def ask() -> Json:
            answer = knock(self._new_session())
            if answer.status in _GATEWAYS:
                raise EvidenceError(
                    f"{answer.where}: found {shown(answer.text)!r}, which is no answer of the node",
                    "a proxy stands before it, or it is not up: name the node's own address",
                )
            return {"url": answer.url, "status": answer.status, "location": answer.location, "text": answer.text}

        return self._witness.ask(self._node, f"{door} without a login", ask)

    def _open(self, door: str, answer: Json) -> str:
        return (
            f"{self._node} {answer['url']}: the {door} answered HTTP {answer['status']} {shown(answer['text'])!r} "
            "without a login, expected a refusal; look for a changed security setting of the console"
        )


def _ran(answer: Json) -> bool:
    """Whether the query was run: the answer contains its result or says that it was executed."""
    text = str(answer["text"])
    return answer["status"] == 200 and (_SECRET in text or '"code":200' in text.replace(" ", ""))
