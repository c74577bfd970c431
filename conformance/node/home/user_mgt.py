"""user-mgt.xml: which datasource the user manager takes (docs/product/registry.md#users)."""

from functools import cached_property
from typing import NamedTuple

from lxml import etree

from conformance.judgement.located import Located
from conformance.node.home.xml_source import XmlSource


class UserStore(NamedTuple):
    """A user store with a database of its own: the JNDI name of its datasource, or its URL."""

    datasource: Located | None
    url: Located | None


class UserMgt:
    """The realm's configuration of one node."""

    PATH = "repository/conf/user-mgt.xml"

    def __init__(self, source: XmlSource) -> None:
        self._source = source
        self._realm = source.first("Realm")  # of several the product reads the first

    @cached_property
    def datasource(self) -> Located:
        """JNDI name of the realm's datasource; names and values are trimmed and the last one counts, as in the code."""
        configuration = self._source.first("Configuration", self._realm)
        found = None if configuration is None else self._property(configuration, "dataSource")
        return found or self._source.absent("Realm/Configuration/Property[@name='dataSource']")

    @cached_property
    def own_databases(self) -> list[UserStore]:
        """What the user stores of the kind that has users in a database state of their own, past the realm's."""
        stores = [] if self._realm is None else self._source.all("UserStoreManager", self._realm)
        jdbc = [one for one in stores if "JDBC" in (one.get("class") or "")]
        found = ((self._property(one, "dataSource"), self._property(one, "url")) for one in jdbc)
        return [UserStore(*one) for one in found if any(one)]

    @cached_property
    def admin_role(self) -> Located:
        """Name of the administrators' role; the stock one where none is given."""
        return self._source.text("Realm/Configuration/AdminRole", default="admin").strip()

    def _property(self, start: etree._Element, name: str) -> Located | None:
        """The last property of that name."""
        properties = self._source.all("Property", start)
        named = [one for one in properties if (one.get("name") or "").strip() == name]
        return self._source.text_of(named[-1]).strip() if named else None
