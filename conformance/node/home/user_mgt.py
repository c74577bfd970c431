"""user-mgt.xml and separate user store files: where users are stored (docs/product/registry.md#users)."""

from functools import cached_property
from typing import NamedTuple

from lxml import etree

from conformance.judgement.located import JAVA_BLANKS, Located
from conformance.node.home.xml_source import XmlSource


class UserStore(NamedTuple):
    """Where a user store has its users: a datasource's JNDI name, or the URL of a database or directory (LDAP)."""

    datasource: Located | None
    url: Located | None
    directory: Located | None

    @property
    def place(self) -> Located | None:
        """The place that the user store itself names, other than the realm's datasource; None if it names none."""
        return self.datasource or self.url or self.directory


class UserMgt:
    """The realm's configuration on one node."""

    PATH = "repository/conf/user-mgt.xml"

    def __init__(self, source: XmlSource) -> None:
        self._source = source
        self._realm = source.first("Realm")  # of several the product reads the first

    @cached_property
    def datasource(self) -> Located:
        """JNDI name of the realm's datasource; trimmed, and the last one counts, as in the product."""
        configuration = self._source.first("Configuration", self._realm)
        found = None if configuration is None else _property(self._source, configuration, "dataSource")
        return found or self._source.absent("Realm/Configuration/Property[@name='dataSource']")

    @cached_property
    def stores(self) -> list[UserStore]:
        """Every user store of the realm."""
        found = [] if self._realm is None else self._source.all("UserStoreManager", self._realm)
        return [_store(self._source, one) for one in found]

    @cached_property
    def admin_role(self) -> Located:
        """Name of the administrators' role; the stock name by default."""
        return self._source.text("Realm/Configuration/AdminRole", default="admin").strip()


def further_store(source: XmlSource) -> UserStore | None:
    """The store defined in a file of its own; None if it is disabled."""
    disabled = _property(source, source.root, "Disabled")
    return None if disabled and disabled.bool_() else _store(source, source.root)


def _store(source: XmlSource, element: etree._Element) -> UserStore:
    in_database = "JDBC" in (element.get("class") or "")
    names = ("dataSource", "url", None) if in_database else (None, None, "ConnectionURL")
    return UserStore(*(_property(source, element, name) if name else None for name in names))


def _property(source: XmlSource, start: etree._Element, name: str) -> Located | None:
    named = [one for one in source.all("Property", start) if (one.get("name") or "").strip(JAVA_BLANKS) == name]
    return source.value_of(named[-1]).strip() if named else None
