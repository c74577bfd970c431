"""analytics-config.xml: the record stores and their datasources."""

from functools import cached_property
from typing import NamedTuple

from lxml import etree

from conformance.judgement.located import Located, LocatedInt
from conformance.judgement.requirement import not_applicable
from conformance.node.home.xml_source import XmlSource

RDBMS_STORE = "org.wso2.carbon.analytics.datasource.rdbms.RDBMSAnalyticsRecordStore"
EVENT_STORE, EVENT_STORE_WO, PROCESSED_STORE = "EVENT_STORE", "EVENT_STORE_WO", "PROCESSED_DATA_STORE"
#: The page's three record stores and their categories (Prerequisites, step 3.8).
CATEGORIES = {
    EVENT_STORE: "read_write_optimized",
    EVENT_STORE_WO: "write_optimized",
    PROCESSED_STORE: "read_write_optimized",
}


class RecordStore(NamedTuple):
    """One record store."""

    name: Located
    implementation: Located
    datasource: Located
    category: Located


class AnalyticsConfig:
    """The analytics data service of one node."""

    PATH = "repository/conf/analytics/analytics-config.xml"

    def __init__(self, source: XmlSource) -> None:
        self._source = source

    @cached_property
    def primary(self) -> Located:
        """Name of the record store for the server's own tables; trimmed, as the product does."""
        return self._source.text("primaryRecordStore").strip()

    @cached_property
    def shard_count(self) -> LocatedInt:
        """Number of shards of the index. AssertionError if it is not a whole number."""
        return self._source.text("shardCount").int_(plain=True)

    @cached_property
    def stores(self) -> list[RecordStore]:
        """Every record store in document order."""
        return [self._store(one) for one in self._source.all("analytics-record-store")]

    def all_of(self, name: str) -> list[RecordStore]:
        """Every record store of that name."""
        return [one for one in self.stores if one.name == name]

    def store(self, name: str) -> RecordStore:
        """The first record store of that name. NotApplicable if there is none, which another test reports."""
        return next(iter(self.all_of(name)), None) or not_applicable(f"{self.describe()}, not {name}")

    def datasource(self, store: str) -> Located:
        """Name of a record store's datasource; the missing value if the store is missing."""
        found = self.all_of(store)
        return found[0].datasource if found else self._source.absent(f"analytics-record-store[@name={store!r}]")

    def describe(self) -> str:
        """Place and names of the record stores, for a message."""
        names = ", ".join(one.name.describe() for one in self.stores)
        return f"{self._source.where(self._source.root)}: found record stores {names or 'nowhere'}"

    def _store(self, element: etree._Element) -> RecordStore:
        name, implementation = self._source.attribute(element, "name"), self._source.text("implementation", element)
        settings = (self._source.text_named("properties/property", key, element) for key in ("datasource", "category"))
        return RecordStore(name, implementation, *settings)
