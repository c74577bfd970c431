"""The shared databases as stated in topology.toml: one server, one account, and by default the page's names."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.deployment.spec import EVENT_STORE_DB, PROCESSED_STORE_DB, REGISTRY_DB, USER_DB
from conformance.errors import ConformanceError
from conformance.files import records
from conformance.files.handed_file import shown_value
from conformance.text.secret_names import names_a_secret

#: Default names of the four databases, by the key that may change them.
NAMES = {"users": USER_DB, "registry": REGISTRY_DB, "events": EVENT_STORE_DB, "processed": PROCESSED_STORE_DB}
#: One server or several, optionally followed by a slash and options.
_SERVER = re.compile(
    r"(?P<server>jdbc:(?:mysql|mariadb)(?:\+srv)?(?::[a-z]+)?://[^/?\s]+)(?:/(?P<database>[^?]*))?(?P<options>(?:\?.*)?)"
)
_SHAPE = 'write url = "jdbc:mysql://HOST:3306" and user = "NAME", without a password'


@dataclass(frozen=True)
class StatedDatabase:
    """`server` is the URL up to the database name, `options` what follows the name, including its question mark."""

    server: str
    options: str
    user: str
    names: Mapping[str, str] = field(default_factory=lambda: dict(NAMES))

    def url(self, key: str) -> str:
        """The URL of one of the four databases."""
        return f"{self.server}/{self.names[key]}{self.options}"


@dataclass(frozen=True)
class _Table:
    """The table [database] as it is written."""

    url: str
    user: str
    users: str = USER_DB
    registry: str = REGISTRY_DB
    events: str = EVENT_STORE_DB
    processed: str = PROCESSED_STORE_DB


def parse(table: Any, where: str) -> StatedDatabase:
    """Parse the table [database]. ConformanceError names what is wrong."""
    stated = vars(records.read(_Table, table, where, _SHAPE))
    for key, value in stated.items():
        if not value.strip() or set(value) & set("\r\n<>\0" if key == "url" else "\r\n<>&\0"):
            # If the user put a password into the URL, no log may show it.
            found = "no such text" if key == "url" else shown_value(value)
            raise ConformanceError(f"{where}: {key} is {found}", _SHAPE)
    # Users copy the URL from an XML file, where & is escaped.
    match = _SERVER.fullmatch(stated["url"].strip().replace("&amp;", "&"))
    if match is None:
        raise ConformanceError(f"{where}: url is not a MySQL server's", _SHAPE)
    if match["database"]:
        raise ConformanceError(f"{where}: url names a database", _SHAPE)
    keys = [key.partition("=")[0] for key in match["options"].lstrip("?").split("&")]
    if "@" in match["server"] or "=" in match["server"] or any(key == "user" or names_a_secret(key) for key in keys):
        raise ConformanceError(f"{where}: url holds an account or a password", _SHAPE)
    names = {key: stated[key].strip() for key in NAMES}
    return StatedDatabase(match["server"], match["options"], stated["user"].strip(), names)
