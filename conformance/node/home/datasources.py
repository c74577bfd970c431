"""A datasource file as Carbon's datasource manager reads it: with JAXB, which does not trim texts."""

import re
from functools import cached_property
from typing import ClassVar

from lxml import etree

from conformance.judgement.located import Located, Where
from conformance.node.home.jdbc_url import JdbcUrl, is_foreign, parse
from conformance.node.home.stated import stated
from conformance.node.home.xml_source import XmlSource

FOLDER, ENDING = "repository/conf/datasources", "-datasources.xml"
MASTER, ANALYTICS = f"{FOLDER}/master{ENDING}", f"{FOLDER}/analytics{ENDING}"
#: The only type with a reader, and its reader.
RDBMS = "RDBMS"
RDBMS_READER = "org.wso2.carbon.ndatasource.rdbms.RDBMSDataSourceReader"

_PLACEHOLDER = re.compile(r"\s*(\[.*\]|<.*>)\s*", re.DOTALL)


class Datasource:
    """One `<datasource>`. Every part of it may be missing."""

    def __init__(self, source: XmlSource, element: etree._Element) -> None:
        self._source = source
        self.element = element

    @property
    def where(self) -> Where:
        """The datasource's place; two objects with the same place are the same datasource."""
        return self._source.where(self.element)

    @property
    def path(self) -> str:
        """The file that defines the datasource."""
        return self._source.path

    @property
    def foreign(self) -> bool:
        """Whether the file states a URL that is not MySQL's, such as the H2 URL of the stock file."""
        return is_foreign(self.url)

    @cached_property
    def name(self) -> Located:
        """The name that the analytics configuration uses."""
        return self._source.text("name", self.element)

    @cached_property
    def jndi(self) -> Located:
        """The JNDI name that user manager and registry use."""
        return self._source.text("jndiConfig/name", self.element)

    @cached_property
    def type(self) -> Located:
        """Type of the datasource's definition."""
        return self._source.attribute_at("definition", "type", self.element)

    @cached_property
    def url(self) -> Located:
        """The JDBC URL, or an external datasource class's; may not be a value, see conformance.node.home.stated."""
        return self._external("url") or self.setting("url")

    @cached_property
    def jdbc(self) -> JdbcUrl:
        """The parsed URL. NotAssessed if the product looks it up at its start."""
        taken = parse(self.url)
        return taken if taken.is_mysql or self.foreign else parse(stated(self.url))

    @cached_property
    def driver(self) -> Located:
        """Class of the JDBC driver, or of an external datasource."""
        driver, external = self.setting("driverClassName"), self.setting("dataSourceClassName")
        return external if external.present and not driver.present else driver

    @cached_property
    def username(self) -> Located:
        """User name of the account."""
        return self._external("user") or self.setting("username")

    @cached_property
    def password(self) -> Located:
        """The account's password as in the file; never put it into a message."""
        return self._external("password") or self.setting("password")

    def account_placeholder(self) -> str:
        """Where the page's placeholder for user or password is left, for the operator; "" if both are filled in."""
        places = [self.username] if _PLACEHOLDER.fullmatch(self.username) else []
        places += [self.password] if self.password.strip().lower() == "[password]" else []
        return "\n".join(f"{one.found}, expected the database's account" for one in places)

    def setting(self, name: str, *, default: str | None = None) -> Located:
        """A setting of the pool (the last of several, as JAXB keeps that), or its alias in the secure vault."""
        elements = self._source.all(f"definition/configuration/{name}", self.element)
        if not elements:
            return self._source.absent(f"definition/configuration/{name}", self.element, default=default)
        return self._source.value_of(elements[-1])

    def _external(self, name: str) -> Located | None:
        """A property of an external datasource class; None if the pool's own driver is used."""
        path = "definition/configuration/dataSourceProps/property"
        named = [one for one in self._source.all(path, self.element) if (one.get("name") or "").lower() == name]
        return self._source.value_of(named[-1]) if named and not self.setting("driverClassName").present else None


class InlineDatasource(Datasource):
    """A database that a registry's `<dbConfig>` defines itself, without a datasource, using other setting names."""

    #: The registry's names for a datasource's settings, if they differ.
    _NAMES: ClassVar[dict[str, str]] = {"username": "userName", "driverClassName": "driverName"}

    @cached_property
    def name(self) -> Located:
        """Name of the dbConfig."""
        return self._source.attribute(self.element, "name")

    @cached_property
    def type(self) -> Located:
        """The type that the registry always uses."""
        return Located(RDBMS, self.where)

    def setting(self, name: str, *, default: str | None = None) -> Located:
        """A setting of the pool."""
        return self._source.text(self._NAMES.get(name, name), self.element, default=default)


class Datasources:
    """One datasource file."""

    def __init__(self, source: XmlSource) -> None:
        self._source = source
        self.path = source.path

    @cached_property
    def all(self) -> list[Datasource]:
        """Every datasource in document order."""
        return [Datasource(self._source, one) for one in self._source.all("datasources/datasource")]

    @cached_property
    def providers(self) -> list[Located]:
        """Reader classes that the file names."""
        return [self._source.text_of(one) for one in self._source.all("providers/provider")]

    def by_name(self, name: str) -> Datasource | None:
        """Return the first datasource of that name."""
        return next((one for one in self.all if one.name == name), None)

    def by_jndi(self, name: str) -> Datasource | None:
        """The last one of that JNDI name, as the product binds each of them in turn."""
        return next(reversed(self.all_by_jndi(name)), None)

    def all_by_jndi(self, name: str) -> list[Datasource]:
        """All of that JNDI name."""
        return [one for one in self.all if one.jndi.present and _of_jndi(one.jndi) == _of_jndi(name)]

    def describe(self, name: str = "name") -> str:
        """The list's place and the names (or another attribute) in it, for a message."""
        place = self._source.first("datasources")
        where = self._source.where(self._source.root if place is None else place)
        names = ", ".join(repr(str(found)) for one in self.all if (found := getattr(one, name)).present)
        return f"{where}: found {names or 'no datasource'}"


def _of_jndi(name: str) -> str:
    """A JNDI name as the product compares it: without what slashes leave empty before its last part."""
    return re.sub("//+", "/", name).removeprefix("/")
