"""Spark's web pages on a node: the master UI (stock 8081) and the worker UI (stock 11500), HTML and JSON."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urljoin

from conformance import deadlines
from conformance.deployment.spec import NodeSpec
from conformance.errors import EvidenceError
from conformance.evidence.observation import Json
from conformance.evidence.witness import Witness
from conformance.node.services.http_session import HttpAnswer, HttpSession, shown
from conformance.text.printable import listed

if TYPE_CHECKING:
    from lxml import html

_ADVICE = "check spark.master.webui.port and the offset"
#: States of a Spark 1.6 master (docs/product/spark.md#pages).
STATUSES = ("STANDBY", "ALIVE", "RECOVERING", "COMPLETING_RECOVERY")


class Application(NamedTuple):
    """A running application: `url` is the link to its UI, "" if there is none."""

    id: str
    name: str
    state: str
    url: str = ""


class MasterView(NamedTuple):
    """A master's own view; `page_status` is from the HTML page, `status` from the JSON."""

    node: str
    url: str
    status: str
    page_status: str
    workers: tuple[str, ...]
    applications: tuple[Application, ...]

    @property
    def serves(self) -> bool:
        """Whether the master is ALIVE with a worker and a running application, as a query needs."""
        running = any(application.state == "RUNNING" for application in self.applications)
        return self.status == "ALIVE" and bool(self.workers) and running

    def serves_with(self, workers: int) -> bool:
        """Whether the master serves with at least this many workers."""
        return self.serves and len(self.workers) >= workers

    def __str__(self) -> str:
        states = [f"{one.name} {one.state}" for one in self.applications]
        return (
            f"{self.node} {self.url}: {self.status} (page says {self.page_status}), "
            f"{len(self.workers)} live workers, applications {listed(states)}"
        )


class WorkerView(NamedTuple):
    """A worker's own view: ids of running and finished executors, each "application/number"."""

    node: str
    url: str
    running: tuple[str, ...]
    finished: tuple[str, ...]


class SparkUi:
    """The Spark pages of one node. Each reading is a new observation; EvidenceError if a page does not answer."""

    def __init__(self, spec: NodeSpec, http: HttpSession, witness: Witness) -> None:
        self._spec = spec
        self._http = http
        self._witness = witness

    def master(self) -> MasterView:
        """The master UI, read as JSON and as HTML."""
        return master_view(self._spec.name, *self._read("Spark master UI", self._spec.spark_master_ui))

    def worker(self) -> WorkerView:
        """The worker UI, read as JSON and as HTML."""
        return worker_view(self._spec.name, *self._read("Spark worker UI", self._spec.spark_worker_ui))

    def _read(self, what: str, port: int) -> tuple[str, Any, str]:
        """The URL of a page, and both its forms."""
        url, advice = f"http://{self._spec.in_urls}:{port}/", "check that Spark started on this node"

        def ask() -> Json:
            view = opened(self._http, f"{url}json", advice).json()
            return {"json": view, "html": opened(self._http, url, advice).text}

        answer = self._witness.ask(self._spec.name, what, ask, fresh=True)
        return url, answer["json"], answer["html"]


def opened(http: HttpSession, url: str, advice: str) -> HttpAnswer:
    """One of Spark's pages. EvidenceError, with this advice, if there is none."""
    answer = http.get(url, deadline=deadlines.HTTP_ANSWER)
    # The JSON page redirects from /json to /json/ (docs/product/spark.md#pages).
    if answer.status in (301, 302) and answer.location:
        answer = http.get(urljoin(url, answer.location), deadline=deadlines.HTTP_ANSWER)
    if answer.status != 200:
        raise EvidenceError(f"{answer.where}: expected HTTP 200", advice)
    return answer


def master_view(node: str, url: str, view: Any, page: str) -> MasterView:
    """Parse both forms of the master page. EvidenceError if one is not a Spark master's."""
    try:
        status = str(view["status"])
        workers = [(str(worker["id"]), str(worker["state"])) for worker in view["workers"]]
        running = [(str(app["id"]), str(app["name"]), str(app["state"])) for app in view["activeapps"]]
    except (KeyError, TypeError) as problem:
        raise _not_spark(f"{node} {url}json", "a Spark master's JSON", view, problem) from None
    tree = parsed(f"{node} {url}", page)
    words = [text for text in tree.xpath("//li[strong[starts-with(normalize-space(), 'Status')]]//text()")]
    page_status = " ".join("".join(words).split()).removeprefix("Status:").strip()
    if status not in STATUSES or page_status not in STATUSES:
        raise _not_spark(f"{node} {url}", f"one of {STATUSES} in both forms", (status, page_status), None)
    links = _application_links(tree)
    alive = tuple(sorted(name for name, state in workers if state == "ALIVE"))
    applications = tuple(Application(one, name, state, links.get(one, "")) for one, name, state in running)
    return MasterView(node, url, status, page_status, alive, applications)


def worker_view(node: str, url: str, view: Any, page: str) -> WorkerView:
    """Parse both forms of the worker page. EvidenceError if they are not a worker's or contradict each other."""
    try:
        running = tuple(sorted(f"{one['appid']}/{one['id']}" for one in view["executors"]))
        finished = tuple(sorted(f"{one['appid']}/{one['id']}" for one in view["finishedexecutors"]))
    except (KeyError, TypeError) as problem:
        raise _not_spark(f"{node} {url}json", "a Spark worker's JSON", view, problem) from None
    heading = re.search(r"Running Executors \((\d+)\)", parsed(f"{node} {url}", page).text_content())
    if not heading:
        raise _not_spark(f"{node} {url}", "the heading 'Running Executors (n)'", shown(page), None)
    return WorkerView(node, url, running, finished)


def _application_links(tree: html.HtmlElement) -> dict[str, str]:
    """Application ids with the addresses of their UIs: the row's second link (docs/product/spark.md#pages)."""
    rows = tree.xpath("//tr[.//a[contains(@href, 'app?appId=')]]")
    found = {}
    for row in rows:
        targets = [str(target) for target in row.xpath(".//a/@href")]
        ids = [target.split("appId=")[1] for target in targets if "appId=" in target]
        others = [target for target in targets if target.startswith("http")]
        found[ids[0]] = others[0] if others else ""
    return found


def parsed(where: str, page: str, advice: str = _ADVICE) -> html.HtmlElement:
    """A page's tree. EvidenceError, with this advice, if it is no HTML."""
    # Imported only here: runs without a live node read no page.
    from lxml import html

    try:
        return html.document_fromstring(page)
    except Exception as problem:
        # lxml.html raises several unrelated exceptions for empty and binary input.
        raise _not_spark(where, "an HTML page", shown(page), problem, advice) from None


def _not_spark(
    where: str, expected: str, found: object, problem: Exception | None, advice: str = _ADVICE
) -> EvidenceError:
    cause = f" ({problem!r})" if problem else ""
    return EvidenceError(f"{where}: expected {expected}, found {shown(str(found))}{cause}", advice)
