"""user-mgt.xml: which datasource the user manager takes (cluster facts 7)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from conformance.located import Located

if TYPE_CHECKING:
    from conformance.node.home.xml_source import XmlSource


class UserMgt:
    """The realm's configuration of one node."""

    PATH = "repository/conf/user-mgt.xml"

    def __init__(self, source: XmlSource) -> None:
        self._source = source

    @cached_property
    def datasource(self) -> Located:
        """JNDI name of the realm's datasource; names and values are trimmed and the last one counts, as in the code."""
        properties = self._source.all("Realm/Configuration/Property")
        named = [one for one in properties if (one.get("name") or "").strip() == "dataSource"]
        if not named:
            return self._source.absent("Realm/Configuration/Property[@name='dataSource']")
        return self._source.text_of(named[-1]).strip()

    @cached_property
    def admin_role(self) -> Located:
        """Name of the administrators' role; the stock one where none is given."""
        return self._source.text("Realm/Configuration/AdminRole", default="admin").strip()
