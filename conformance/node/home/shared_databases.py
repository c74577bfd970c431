"""The four databases that both nodes share, found as the product finds them: by the names in the files that use them.

The page's names are expected, but a deployment works if its names agree. So each part is judged by the datasource that
is really used; if its name leads nowhere, by the datasource that was meant, so that one wrong name is one finding.
"""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import NamedTuple

from conformance.errors import EvidenceError
from conformance.judgement.located import Located
from conformance.judgement.requirement import NotAssessed, not_assessed
from conformance.node.home.analytics_config import EVENT_STORE, PROCESSED_STORE, AnalyticsConfig
from conformance.node.home.datasources import ANALYTICS, ENDING, FOLDER, MASTER, Datasource, Datasources
from conformance.node.home.files import HomeFiles
from conformance.node.home.jdbc_driver import is_mysql_driver
from conformance.node.home.registry_xml import CONFIGURATION, GOVERNANCE, RegistryXml
from conformance.node.home.stated import is_stated, stated
from conformance.node.home.user_mgt import UserMgt

#: The stock datasource of the node's own H2 database, which the user manager uses by default.
LOCAL_NAME = "WSO2_CARBON_DB"


class _Part(NamedTuple):
    """A part: the page's names for its datasource ("" for no JNDI name), and the requirement for it.

    `needed_by`: the file that names the datasource; `path`: the mount that leads to it; `hints`: words in datasource
    names that show their purpose.
    """

    title: str
    name: str
    jndi: str
    requirement: str
    needed_by: str
    hints: tuple[str, ...]
    path: str = ""


class Role(Enum):
    """The purpose of a shared database. The two mounts of the registry may use two databases."""

    USERS = _Part("users", "WSO2UM_DB", "jdbc/WSO2UM_DB", "DS-01", UserMgt.PATH, ("user", "um_", "um-"))
    REGISTRY = _Part("registry", "WSO2REG_DB", "jdbc/WSO2REG_DB", "DS-02", RegistryXml.PATH, ("reg", "gov"), GOVERNANCE)
    CONFIGURATION = REGISTRY._replace(title="configuration registry", hints=("reg", "conf"), path=CONFIGURATION)
    EVENTS = _Part("event store", "WSO2_ANALYTICS_EVENT_STORE_DB", "", "DS-03", AnalyticsConfig.PATH, ("event",))
    PROCESSED = EVENTS._replace(
        title="processed-data store", name="WSO2_ANALYTICS_PROCESSED_DATA_STORE_DB", hints=("process",)
    )

    def __str__(self) -> str:
        return self.value.title

    @classmethod
    def mounted_at(cls, path: str) -> Role:
        """The role of the database behind a mount."""
        return next(one for one in cls if one.value.path == path)


class SharedDatabases:
    """The shared databases as one node's files name them."""

    def __init__(self, files: HomeFiles) -> None:
        """Each file is read only when needed."""
        self._files = files

    def file(self, role: Role) -> Datasources:
        """The datasource file for this role on the page."""
        return self._files.xml(MASTER if role.value.jndi else ANALYTICS).read_as(Datasources)

    def reference(self, role: Role) -> Located | None:
        """The datasource's name in the file that needs it; None if that file was not handed in or is broken."""
        source = self._files.xml_if_readable(role.value.needed_by)
        if source is None:
            return None
        if role is Role.USERS:
            return source.read_as(UserMgt).datasource
        if role.value.path:
            return source.read_as(RegistryXml).jndi_behind(role.value.path)
        return source.read_as(AnalyticsConfig).datasource(EVENT_STORE if role is Role.EVENTS else PROCESSED_STORE)

    def used(self, role: Role) -> Datasource | None:
        """The datasource with that name; None if there is none, or only the product knows the name."""
        if (inline := self._inline(role)) is not None:
            return inline
        reference = self.reference(role)
        return None if reference is None or not is_stated(reference) else self.named(role, reference)

    def named(self, role: Role, name: str) -> Datasource | None:
        """The datasource of this JNDI name (or name, for a record store); from another file if this one has none.

        The product reads the other files after master-datasources.xml, and a later datasource replaces the JNDI name.
        """
        files = [self.file(role), *self._other_files(role)] if name else []
        found = [file.by_jndi(name) if role.value.jndi else file.by_name(name) for file in files]
        defined = [one for one in found if one is not None]
        return next(reversed(defined) if role.value.jndi else iter(defined), None)

    def meant(self, role: Role) -> Datasource | None:
        """The datasource that was meant: with the page's JNDI name or name, or else the only unused one."""
        found = self._of_the_page(role)
        reference = self.reference(role)
        if found or reference is None or not is_stated(reference):
            return found
        return next(filter(None, map(partial(_only, role), self._candidates(role))), None)

    def find(self, role: Role) -> Datasource | None:
        """The datasource to judge: the one in use, or else the one that was meant."""
        return self.used(role) or self.meant(role)

    def of(self, role: Role) -> Datasource:
        """See `find`. NotAssessed if there is none, which another requirement judges."""
        found = self.find(role)
        if found is None:
            not_assessed(f"{self.file(role).describe()}: none is for {self.role(role)} (see {role.value.requirement})")
        return found

    def defined(self, role: Role) -> Datasource | None:
        """The datasource defined for the role, whether in use or not."""
        return self.meant(role) if self.astray(role) else self.find(role)

    def astray(self, role: Role) -> bool:
        """Whether the name leads to a database of the node's own instead of the shared one."""
        used = self.used(role)
        return used is not None and self.leads_astray(role, used)

    def leads_astray(self, role: Role, used: Datasource) -> bool:
        """Whether this datasource is the node's own, or not MySQL's although the page's datasource is."""
        if not used.foreign:
            return False
        page = self._of_the_page(role)
        return self.is_local(used) or (page is not None and page.where != used.where and not page.foreign)

    def is_local(self, datasource: Datasource) -> bool:
        """Whether this is the node's own database: the stock one, or that of its own registry."""
        if not datasource.foreign:
            return False
        source = self._files.xml_if_readable(RegistryXml.PATH)
        own = None if source is None else source.read_as(RegistryXml).own
        of_registry = own is not None and datasource.jndi.present and own.jndi == datasource.jndi
        return of_registry or datasource.name == LOCAL_NAME

    def role(self, role: Role) -> Role:
        """The role to report: both mounts are one role if they share a datasource."""
        if role is not Role.CONFIGURATION:
            return role
        one, other = self.find(Role.REGISTRY), self.find(role)
        places = {found.where if found else None for found in (one, other)}
        return Role.REGISTRY if len(places) == 1 else role

    def mysql_driver(self, role: Role) -> Located:
        """Class of the datasource's driver. NotAssessed if it is no MySQL driver, which another requirement judges."""
        driver = stated(self.of(role).driver)
        if not is_mysql_driver(driver):
            not_assessed(f"{driver.found}, no MySQL driver (see DS-04)")
        return driver

    def _of_the_page(self, role: Role) -> Datasource | None:
        """Return the datasource with the page's JNDI name, or else with the page's name."""
        file, part = self.file(role), role.value
        return (file.by_jndi(part.jndi) if part.jndi else None) or file.by_name(part.name)

    def _inline(self, role: Role) -> Datasource | None:
        source = self._files.xml_if_readable(RegistryXml.PATH) if role.value.path else None
        config = None if source is None else source.read_as(RegistryXml).config_behind(role.value.path)
        return None if config is None else config.inline

    def free(self, role: Role) -> list[Datasource]:
        """MySQL datasources of the file that are not local and that no other role uses or has the name of."""
        return self._candidates(role)[0]

    def _candidates(self, role: Role) -> tuple[list[Datasource], list[Datasource], list[Datasource]]:
        """Possible datasources: MySQL's; those with MySQL's driver; those whose name shows their purpose."""
        in_master = bool(role.value.jndi)
        others = [one for one in Role if bool(one.value.jndi) == in_master and one.value.name != role.value.name]
        taken = {found.where for found in map(self.used, others) if found}
        pages = {text for one in others for text in (one.value.name, one.value.jndi) if text}
        free = [
            one
            for one in self.file(role).all
            if one.where not in taken and not {str(one.name), str(one.jndi)} & pages and not self.is_local(one)
        ]
        foreign = [one for one in free if one.foreign]
        driven = [one for one in foreign if is_mysql_driver(one.driver)]
        return [one for one in free if not one.foreign], driven, [one for one in foreign if _tells(role, one)]

    def _other_files(self, role: Role) -> list[Datasources]:
        """The other files that the product reads, recognized by the end of their names."""
        files, page = self._files, MASTER if role.value.jndi else ANALYTICS
        try:
            names = [one for one in self._files.names(FOLDER) if one.endswith(ENDING) and one[0] != "."]
        except (NotAssessed, EvidenceError):
            names = []
        others = dict.fromkeys([MASTER, ANALYTICS, *(f"{FOLDER}/{one}" for one in names)])
        # The product stops at an unreadable file (docs/product/database.md#data-source-files).
        strict = [path for path in others if page == ANALYTICS and path != MASTER]
        read = (files.xml(one) if one in strict else files.xml_if_readable(one) for one in others if one != page)
        return [source.read_as(Datasources) for source in read if source is not None]


def _only(role: Role, candidates: list[Datasource]) -> Datasource | None:
    """The only candidate, or the only one whose name shows that it is for the role."""
    telling = [one for one in candidates if _tells(role, one)]
    found = candidates if len(candidates) == 1 else telling
    return found[0] if len(found) == 1 else None


def _tells(role: Role, datasource: Datasource) -> bool:
    words = f"{datasource.name} {datasource.jndi}".lower()
    return any(hint in words for hint in role.value.hints)
