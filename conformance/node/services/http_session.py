"""HTTP to one node: every call has a timeout, self-signed certificates are accepted, errors name the remedy."""

from __future__ import annotations

import json
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.deployment.spec import ClusterSpec
from conformance.errors import EvidenceError
from conformance.text.scanning import without
from conformance.waiting import answering

if TYPE_CHECKING:
    import requests

#: Larger answers are not pages of the product; reading stops with an error.
LARGEST_ANSWER = 16 * 1024 * 1024

#: Part of the error for a host name that may be known elsewhere.
UNRESOLVED = "this machine cannot resolve the host's name"
_COMMENTS = {"<!--": "-->", "<%--": "--%>"}


class NoAnswer(EvidenceError):
    """The connection succeeded, but no complete answer came in time."""


@dataclass(frozen=True)
class HttpAnswer:
    """An answer: status, headers (lower-case names), body, requested URL, and seconds."""

    node: str
    method: str
    url: str
    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    seconds: float = 0.0

    @property
    def text(self) -> str:
        """The body as UTF-8; invalid bytes become the replacement character."""
        return self.body.decode("utf-8", errors="replace")

    @property
    def location(self) -> str:
        """Target of a redirect; "" if there is none."""
        return self.headers.get("location", "")

    @property
    def where(self) -> str:
        """Node, method, URL and status, for messages."""
        return f"{self.node} {self.method} {self.url} (HTTP {self.status})"

    def json(self) -> Any:
        """The body as JSON (surrounding white space allowed). EvidenceError if it is not JSON."""
        try:
            return json.loads(self.text)
        except ValueError as problem:
            raise EvidenceError(
                f"{self.where}: expected JSON, found {shown(self.text)!r} ({problem})",
                "open the URL in a browser: another program may sit on this port, or a login page was sent",
            ) from None


def shown(text: str, limit: int = 160) -> str:
    """The beginning of a text on one line, for messages; without a page's comments."""
    line = " ".join(without(text, _COMMENTS).split())
    return line if len(line) <= limit else f"{line[:limit]}..."


class HttpSession:
    """Keeps cookies between calls to one base URL of one node, like a browser."""

    def __init__(
        self, node: str, base_url: str, *, user: str = "", password: str = "", transport: requests.Session | None = None
    ) -> None:
        self.node = node
        self.base_url = base_url.rstrip("/") + "/"
        # Imported only here: it is slow to load, and a run of files or logs needs no HTTP.
        import requests

        self._transport = transport or requests.Session()
        if transport is None:
            _take_any_tls(self._transport)
        self._transport.trust_env = False
        self._auth = (user, password) if user else None

    def get(self, path: str, *, deadline: Deadline = deadlines.HTTP_ANSWER, **more: Any) -> HttpAnswer:
        """GET `path` (below the base URL, or a full URL). EvidenceError if no complete answer comes in time."""
        return self.call("GET", path, deadline=deadline, **more)

    def post(self, path: str, *, deadline: Deadline = deadlines.HTTP_ANSWER, **more: Any) -> HttpAnswer:
        """POST to `path`; `data`, `json` and `headers` as in requests. EvidenceError as for `get`."""
        return self.call("POST", path, deadline=deadline, **more)

    def call(self, method: str, path: str, *, deadline: Deadline, **more: Any) -> HttpAnswer:
        """One request without following redirects; the limit of `deadline` (seconds) covers the whole answer."""
        import requests
        from urllib3.exceptions import InsecureRequestWarning

        url = urljoin(self.base_url, path.lstrip("/"))
        started = time.monotonic()
        options = {"allow_redirects": False, "verify": False, "auth": self._auth, **more}
        try:
            with answering(f"{self.node} to answer {method} {url}", deadline), warnings.catch_warnings():
                warnings.simplefilter("ignore", InsecureRequestWarning)
                with self._transport.request(method, url, timeout=deadline.limit, stream=True, **options) as reply:
                    body = _read(reply, started + deadline.limit)
                    headers = {name.lower(): value for name, value in reply.headers.items()}
                    seconds = time.monotonic() - started
                    return HttpAnswer(self.node, method, url, reply.status_code, headers, body, round(seconds, 3))
        except (requests.RequestException, TimeoutError, ValueError) as problem:
            raise _no_answer(self.node, method, url, deadline, problem) from None


def _take_any_tls(transport: requests.Session) -> None:
    from requests.adapters import HTTPAdapter

    from conformance.data_bridge.tls import of_any_age

    class AnyTls(HTTPAdapter):
        def init_poolmanager(self, *given: Any, **more: Any) -> None:
            super().init_poolmanager(*given, **more, ssl_context=of_any_age())

    transport.mount("https://", AnyTls())


def _read(reply: requests.Response, end: float) -> bytes:
    """The body. TimeoutError if it is not complete at `end` (monotonic), ValueError if it is too large."""
    body = bytearray()
    for chunk in reply.iter_content(64 * 1024):
        body += chunk
        if len(body) > LARGEST_ANSWER:
            raise ValueError(f"answer is larger than {LARGEST_ANSWER} bytes")
        if time.monotonic() > end:
            raise TimeoutError(f"answer still incomplete after {len(body)} bytes")
    return bytes(body)


def _no_answer(node: str, method: str, url: str, deadline: Deadline, problem: Exception) -> EvidenceError:
    import requests
    from urllib3.exceptions import NameResolutionError

    if isinstance(problem, requests.ConnectTimeout | requests.ReadTimeout | TimeoutError):
        return NoAnswer(
            f"{node} {method} {url}: no answer within {deadline.limit:g} s ({deadline.reason})",
            "look into the node's wso2carbon.log; if Spark hangs, into work/app-*/*/stderr",
        )
    if isinstance(problem, requests.exceptions.SSLError):
        return EvidenceError(f"{node} {method} {url}: TLS failed ({problem})", "check the port and the node's keystore")
    if isinstance(problem, requests.ConnectionError):
        reason = getattr(problem.args[0], "reason", None) if problem.args else None
        if isinstance(reason, NameResolutionError):
            return EvidenceError(
                f"{node} {method} {url}: {UNRESOLVED}", "put the name into this machine's hosts file, or use its DNS"
            )
        # The system's message, which requests wraps several times.
        innermost = str(reason or problem).rsplit(": ", 1)[-1]
        return EvidenceError(
            f"{node} {method} {url}: no connection ({innermost})",
            "check that the node runs, its port offset and its firewall",
        )
    return EvidenceError(f"{node} {method} {url}: {problem}", "check the address of the node")


def https(cluster: ClusterSpec, name: str, *, basic: bool) -> HttpSession:
    """Session for a node's console and admin services; `basic` sends the administrator's Basic header."""
    spec = next(node for node in cluster.nodes if node.name == name)
    if not basic:
        return HttpSession(name, spec.https_url)
    return HttpSession(name, spec.https_url, user=cluster.admin_user, password=cluster.admin_password.reveal())


@contextmanager
def explained(why: Callable[[], str]) -> Iterator[None]:
    """Add a cause, if `why` knows one, to the EvidenceError of an answer that does not come in time."""
    try:
        yield
    except NoAnswer as problem:
        cause = why()
        raise EvidenceError(f"{problem.what}{f'; {cause}' if cause else ''}", problem.remedy) from None
