"""A running Spark application's UI: front page and Environment tab (docs/product/spark.md#pages), to be compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.judgement.located import Located, whole
from conformance.node.home.spark_defaults import SparkDefaults
from conformance.node.services.http_session import UNRESOLVED, HttpSession
from conformance.node.spark.ui import Application, opened, parsed
from conformance.text.printable import listed

if TYPE_CHECKING:
    from lxml import html

#: Tabs of every Spark 1.6 application.
TABS = ("Jobs", "Stages", "Storage", "Environment", "Executors")


class Environment(NamedTuple):
    """The Environment tab: properties by name, and the class path's resources."""

    url: str
    properties: dict[str, str]
    class_path: tuple[str, ...]


class ApplicationUi:
    """One application's pages, by the link that a master shows; EvidenceError if a page is not Spark's."""

    def __init__(self, node: str, application: Application, witness: Witness) -> None:
        """`node` is the node whose master shows the application."""
        self.node = node
        self.application = application
        self._witness = witness

    @property
    def problem(self) -> str:
        """Why the link opens no working UI; "" if it does. EvidenceError if its host cannot be resolved."""
        where = f"{self.node}: application {self.application.name} ({self.application.id})"
        if not (url := self.application.url):
            return f"{where}: its master shows no link to its UI"
        try:
            tree = parsed(f"{self.node} {url}", self._page("application UI", url), "open it")
        except EvidenceError as problem:
            if UNRESOLVED in str(problem):
                raise
            return f"{where}: {problem}; look whether its driver runs, and at SPARK_LOCAL_IP of that node"
        title = (tree.findtext(".//title") or "").strip()
        tabs = [text.strip() for text in tree.xpath("//ul[contains(@class,'nav')]//a/text()")]
        missing = [tab for tab in TABS if tab not in tabs]
        if self.application.name not in title or missing:
            return f"{where}: {url} has title {title!r} and lacks the tabs {listed(missing)}"
        return ""

    @property
    def environment(self) -> Environment:
        """The Environment tab."""
        url = self.application.url.rstrip("/") + "/environment/"
        return environment(f"{self.node} {url}", url, self._page("Environment tab", url))

    def _page(self, question: str, url: str) -> str:
        def ask() -> str:
            return opened(HttpSession(self.node, url), url, "open the link in a browser").text

        return str(self._witness.ask(self.node, f"{question} of {self.application.id}", ask, fresh=True))


def environment(where: str, url: str, page: str) -> Environment:
    """Parse an Environment tab. EvidenceError if one of its tables is missing."""
    tree = parsed(where, page, "open it")
    resources = tuple(resource for resource, _ in _table(tree, where, "Classpath Entries"))
    return Environment(url, dict(_table(tree, where, "Spark Properties")), resources)


def _table(tree: html.HtmlElement, where: str, heading: str) -> list[tuple[str, str]]:
    tables = tree.xpath(f"//h4[normalize-space()='{heading}']/following-sibling::table[1]")
    if not tables:
        raise EvidenceError(f"{where}: expected a table {heading!r}", "compare the version of Spark")
    rows = [[cell.text_content().strip() for cell in row.xpath("./td")] for row in tables[0].xpath(".//tbody/tr")]
    return [(row[0], row[1]) for row in rows if len(row) == 2]


#: Settings to which the product adds its own values; the configured ones must be included
#: (docs/product/spark.md#settings).
_COMPLETED = (".extraClassPath", ".extraJavaOptions")
#: Settings that the product replaces, by carbon.spark.master and the cluster's own masters.
_REPLACED = ("spark.master", "spark.driver.host")


def unlike(defaults: SparkDefaults, offset: int, environment: Environment) -> list[str]:
    """Settings in the file that the running application does not have, for the operator."""
    return [
        f"{setting.found}, but {environment.url} shows {_shown(environment, key)}; "
        "restart the node after a change, and compare the file with that of the other node"
        for key in defaults.keys
        if (setting := defaults.setting(key)) and not _holds(key, setting, offset, environment.properties.get(key))
    ]


def class_path(environment: Environment) -> list[str]:
    """Absolute paths on the class paths of driver and executors, each once."""
    settings = [value for key, value in environment.properties.items() if key.endswith(".extraClassPath")]
    entries = [entry for value in settings for entry in value.split(":")] + list(environment.class_path)
    return [entry for entry in dict.fromkeys(entries) if entry.startswith("/")]


def _holds(key: str, setting: Located, offset: int, shown: str | None) -> bool:
    if key in _REPLACED:
        return True
    if shown is None:
        return False
    if key.endswith(_COMPLETED):
        return str(setting) in shown
    if key.startswith("spark.") and key.endswith(".port") and (number := whole(setting)) is not None:
        return shown == str(number + offset)
    return shown == setting


def _shown(environment: Environment, key: str) -> str:
    value = environment.properties.get(key)
    return "nothing" if value is None else repr(value)
