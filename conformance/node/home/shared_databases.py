"""The four databases that both nodes share, each found by the part that it plays.

The page's names are expected, but what makes a deployment work is that the names agree: where no datasource bears the
page's name, it is the one that the file which needs it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from conformance.located import Located
from conformance.node.home.analytics_config import EVENT_STORE, PROCESSED_STORE
from conformance.node.home.jdbc_driver import is_mysql_driver
from conformance.node.home.registry_xml import SHARED_CONFIG
from conformance.node.home.stated import stated
from conformance.requirement import not_assessed

if TYPE_CHECKING:
    from conformance.node.home.datasources import Datasource, Datasources
    from conformance.node.node import Node

#: The stock datasource of the node's own H2 database, which the user manager takes unless told otherwise.
LOCAL_NAME = "WSO2_CARBON_DB"


@dataclass(frozen=True)
class _Part:
    """A part: the page's names for its datasource ("" for no JNDI name), and the requirement that demands it."""

    told: str
    name: str
    jndi: str
    requirement: str


class Role(Enum):
    """What a shared database is for."""

    USERS = _Part("users", "WSO2UM_DB", "jdbc/WSO2UM_DB", "DS-01")
    REGISTRY = _Part("registry", "WSO2REG_DB", "jdbc/WSO2REG_DB", "DS-02")
    EVENTS = _Part("event store", "WSO2_ANALYTICS_EVENT_STORE_DB", "", "DS-03")
    PROCESSED = _Part("processed-data store", "WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB", "", "DS-03")

    def __str__(self) -> str:
        return self.value.told


class SharedDatabases:
    """The shared databases as one node's files name them."""

    def __init__(self, node: Node) -> None:
        self._node = node

    def file(self, role: Role) -> Datasources:
        """The datasource file in which the page puts it."""
        return self._node.master_datasources if role.value.jndi else self._node.analytics_datasources

    def find(self, role: Role) -> Datasource | None:
        """Its datasource, if there is one. NotAssessed when only a system property could tell."""
        file, part = self.file(role), role.value
        found = file.by_name(part.name) or (file.by_jndi(part.jndi) if part.jndi else None)
        if found is not None:
            return found
        reference = stated(self.reference(role))
        if not reference:
            return None
        named = file.by_jndi(reference) if part.jndi else file.by_name(reference)
        local = named is not None and named.name == LOCAL_NAME and not named.jdbc.is_mysql
        return None if local else named

    def of(self, role: Role) -> Datasource:
        """Its datasource. NotAssessed when there is none: another requirement demands it."""
        found = self.find(role)
        if found is None:
            not_assessed(f"{self.file(role).told()}: none is for {role} (see {role.value.requirement})")
        return found

    def reference(self, role: Role) -> Located:
        """The name of the datasource in the file that needs it."""
        if role is Role.USERS:
            return self._node.user_mgt.datasource
        if role is Role.REGISTRY:
            return self._node.registry_xml.jndi(SHARED_CONFIG)
        store = EVENT_STORE if role is Role.EVENTS else PROCESSED_STORE
        return self._node.analytics_config.datasource(store)

    def undefined(self, role: Role) -> str:
        """Why the role has no datasource of its own, for the operator; "" if it has."""
        file, part, found = self.file(role), role.value, self.find(role)
        if found is None:
            jndi = f" with JNDI name {part.jndi}" if part.jndi else ""
            return f"{file.told()}, expected {part.name}{jndi} (the {role} takes {self._taken(role)})"
        twins = [one for one in file.all if one.name == found.name]
        return "" if len(twins) == 1 else f"{file.told()}, expected {found.name} once"

    def misnamed(self, role: Role) -> str:
        """Why the datasource is not found by its JNDI name, for the operator; "" for the page's, or the one in use."""
        page, found = role.value.jndi, stated(self.of(role).jndi)
        if found == page or found == self.reference(role):
            return ""
        return f"{found.where}: found {found.told()}, expected {page!r} (the {role} takes {self._taken(role)})"

    def jndi_name(self, role: Role) -> str:
        """The JNDI name of its datasource; the page's where there is none."""
        found = self.find(role)
        return role.value.jndi if found is None else found.jndi

    def mysql_driver(self, role: Role) -> Located:
        """Class of its driver. NotAssessed when it is none for MySQL: another requirement judges that."""
        driver = stated(self.of(role).driver)
        if not is_mysql_driver(driver):
            not_assessed(f"{driver.where}: found {driver.told()}, no MySQL driver (see DS-04)")
        return driver

    def _taken(self, role: Role) -> str:
        name = self.reference(role)
        return f"{name.told()} at {name.where}"
