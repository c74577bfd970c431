"""rdbms-config.xml: the SQL of the record stores, one section per database product and category.

A missing query shows only when it is first needed: then the record store fails to write, and events are lost.
"""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from lxml import etree

from conformance.deployment.spec import EVENT_STORE_DB, PROCESSED_STORE_DB
from conformance.judgement.located import Located
from conformance.judgement.requirement import if_assessed, not_assessed
from conformance.node.home.analytics_config import CATEGORIES, EVENT_STORE, EVENT_STORE_WO, PROCESSED_STORE, RDBMS_STORE
from conformance.node.home.stated import stated
from conformance.node.home.xml_source import XmlSource
from conformance.node.node import Node

PATH = "repository/conf/analytics/rdbms-config.xml"
#: Database names reported by JDBC drivers, by the beginning of the URL.
_PRODUCTS = {
    "jdbc:mysql": ("MySQL",),
    "jdbc:mariadb": ("MySQL", "MariaDB"),
    "jdbc:aurora": ("MySQL",),
    "jdbc:h2": ("H2",),
    "jdbc:oracle": ("Oracle",),
    "jdbc:sqlserver": ("Microsoft SQL Server",),
    "jdbc:jtds:sqlserver": ("Microsoft SQL Server",),
    "jdbc:postgresql": ("PostgreSQL",),
    "jdbc:db2": ("DB2/",),
    "jdbc:derby": ("Apache Derby",),
}
#: One query for writing, or two that together replace it.
_MERGE, _INSERT_AND_UPDATE = "recordMergeQuery", ("recordInsertQuery", "recordUpdateQuery")
_SINGLE = (
    "recordTableCheckQuery", "recordRetrievalQuery", "recordRetrievalWithIdsQuery", "recordDeletionQuery",
    "recordDeletionWithIdsQuery",
)  # fmt: skip
_LISTS = ("recordTableInitQueries", "recordTableDeleteQueries")
_COUNT, _COUNTS = "recordCountQuery", "recordCountSupported"
_CATEGORY = "category"
_VERSIONS = ("minVersion", "maxVersion")
#: The page's data sources and database product.
_PAGE_DATASOURCES = {EVENT_STORE: EVENT_STORE_DB, EVENT_STORE_WO: EVENT_STORE_DB, PROCESSED_STORE: PROCESSED_STORE_DB}
_PAGE_PRODUCT = _PRODUCTS["jdbc:mysql"]


class Use(NamedTuple):
    """What a record store needs from the file: its name, its category, and possible names of its database."""

    store: str
    category: str
    products: tuple[str, ...]

    def __str__(self) -> str:
        category = f", {self.category}" if self.category else ""
        return f"{self.store} ({' or '.join(self.products)}{category})"


class Section:
    """A `<database>` section."""

    def __init__(self, source: XmlSource, element: etree._Element) -> None:
        self.source = source
        self.element = element

    @property
    def place(self) -> str:
        """The section's place."""
        return str(self.source.where(self.element))

    @property
    def category(self) -> str:
        """The section's category, "" for a section of every category."""
        return (self.element.get(_CATEGORY) or "").lower()

    def may_serve(self, product: str) -> bool:
        """Whether the section's name, a regular expression, matches the product; complex ones count as a match."""
        names = (self.element.get("name") or "").lower().split("|")
        return any(_finds(one, product.lower()) for one in names if one.strip())

    @property
    def missing(self) -> list[str]:
        """Names of the queries that are missing."""
        write = [] if self._has(_MERGE) else [name for name in _INSERT_AND_UPDATE if not self._has(name)]
        lists = [name for name in _LISTS if not any(self._queries(name))]
        count = [_COUNT] if self.source.text(_COUNTS, self.element).bool_() and not self._has(_COUNT) else []
        together = [f"{_MERGE} (or {' and '.join(write)})"] if write else []
        return [*together, *(name for name in _SINGLE if not self._has(name)), *lists, *count]

    @cached_property
    def content(self) -> dict[str, Located | list[str]]:
        """The section's content by element, without line breaks."""
        found: dict[str, Located | list[str]] = {}
        for child in self.element.iterchildren(etree.Element):
            name = etree.QName(child).localname
            found[name] = self._queries(name) if name in _LISTS else self.source.text_of(child)
        return found

    def _has(self, name: str) -> bool:
        return bool(self.source.text(name, self.element).strip())

    def _queries(self, name: str) -> list[str]:
        return [_one_line(self.source.text_of(one)) for one in self.source.all(f"{name}/query", self.element)]


class RdbmsConfig:
    """The file of one node."""

    def __init__(self, source: XmlSource) -> None:
        self._source = source

    def sections(self, use: Use) -> list[Section]:
        """The section that the product uses; several if it chooses by the database's version."""
        every = [Section(self._source, one) for one in self._source.all("database")]
        fitting = [one for one in every if any(one.may_serve(product) for product in use.products)]
        named = [one for one in fitting if one.category == use.category.lower()]
        found = named or [one for one in fitting if not one.category]
        if any(one.element.get(name) for one in found for name in _VERSIONS):
            return found
        return found[:1]

    def problems(self, every: Iterable[Use]) -> list[str]:
        """What record stores lack in the file, for the operator, once per place."""
        found: dict[str, list[Use]] = {}
        for use in every:
            if problem := self._problem(use):
                found.setdefault(problem, []).append(use)
        return [f"{problem}: {' and '.join(map(str, users))}" for problem, users in found.items()]

    def _problem(self, use: Use) -> str:
        """What one record store lacks, without its name; "" if nothing."""
        found = self.sections(use)
        if not found:
            place = self._source.where(self._source.root)
            return f"{place}: lacks a section, without which these do not come up"
        if any(not one.missing for one in found):
            return ""
        return f"{found[0].place}: lacks {', '.join(found[0].missing)}, needed by"


def uses(node: Node) -> Iterator[Use]:
    """What the node's record stores need, by default the page's on MySQL. NotAssessed for an unknown product."""
    file = if_assessed(lambda: node.analytics_datasources)
    for name, category, datasource in _stores(node):
        if file is None:
            yield Use(name, category, _PAGE_PRODUCT)
        elif source := file.by_name(datasource):  # DB-08 judges one that is not defined
            yield Use(name, category, _products(source.url))


def _stores(node: Node) -> list[tuple[str, str, str]]:
    config = if_assessed(lambda: node.analytics_config)
    if config is None:
        return [(name, category, _PAGE_DATASOURCES[name]) for name, category in CATEGORIES.items()]
    stores = [one for one in config.stores if one.implementation.strip() == RDBMS_STORE]
    return [(str(one.name), str(stated(one.category)).strip(), str(stated(one.datasource))) for one in stores]


def problem_missing(node: Node) -> str:
    """Queries that the node's record stores need and lack, for the operator; "" if there are none."""
    return "\n".join(RdbmsConfig(node.files.xml(PATH)).problems(uses(node)))


def problem_differing(first: Node, second: Node) -> str:
    """Queries and settings that both nodes use and that differ, for the operator; "" if there are none."""
    one, other = (RdbmsConfig(node.files.xml(PATH)) for node in (first, second))
    both = {(use.category.lower(), use.products): use for use in uses(first)}
    shared = [use for use in uses(second) if (use.category.lower(), use.products) in both]
    pairs = [pair for use in shared for pair in zip(one.sections(use), other.sections(use), strict=False)]
    return "\n".join(dict.fromkeys(line for here, there in pairs for line in _differences(here, there)))


def _differences(one: Section, other: Section) -> list[str]:
    names = [name for name in {**one.content, **other.content} if not _alike(one, other, name)]
    return [f"{other.place}: {name} differs from that at {one.place}, expected the same" for name in names]


def _alike(one: Section, other: Section, name: str) -> bool:
    here, there = (section.content.get(name) for section in (one, other))
    if isinstance(here, list) or isinstance(there, list):
        return here == there
    return _one_line(here or "") == _one_line(there or "")


def _products(url: Located) -> tuple[str, ...]:
    written = url.strip().lower()
    found = next((names for begin, names in _PRODUCTS.items() if written.startswith(begin)), None)
    unknown = f"{url.found}: how its driver calls that database is not known here"
    return found or not_assessed(stated(url) and unknown)


def _finds(pattern: str, product: str) -> bool:
    """Whether an alternative of a name matches the product: a text that may be anchored or end in `.*`."""
    plain = pattern.strip("^$").removesuffix(".*").removeprefix(".*")
    return not plain.replace(" ", "").replace("/", "").isalnum() or plain in product


def _one_line(text: str) -> str:
    return " ".join(text.split())
