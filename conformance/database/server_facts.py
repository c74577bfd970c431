"""A MySQL server's own variables: identity, version, how it compares names, modes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.errors import EvidenceError

#: The queried variables; a server omits unknown ones.
VARIABLES = (
    "server_uuid", "hostname", "port", "datadir", "version", "version_comment", "lower_case_table_names",
    "skip_name_resolve", "sql_mode", "character_set_server", "activate_all_roles_on_login", "partial_revokes",
    "group_replication_group_name", "wsrep_on", "wsrep_cluster_name",
)  # fmt: skip
QUESTION = f"SHOW GLOBAL VARIABLES WHERE Variable_name IN ({', '.join(repr(name) for name in VARIABLES)})"
_VERSION = re.compile(r"(?:5\.5\.5-(?=\d+\.\d+\.\d+-MariaDB))?(\d+)\.(\d+)")


@dataclass(frozen=True)
class ServerFacts:
    """The variables by lower-case name."""

    variables: Mapping[str, str]

    def __getitem__(self, name: str) -> str:
        return self.variables.get(name, "")

    @property
    def maria(self) -> bool:
        """Whether the server is a MariaDB."""
        return "mariadb" in f"{self['version']} {self['version_comment']}".lower()

    @property
    def version(self) -> tuple[int, int]:
        """First two numbers of the version. EvidenceError if there are none."""
        match = _VERSION.match(self["version"])
        if match is None:
            raise EvidenceError(f"the server calls its version {self['version']!r}", "use MySQL 5.7 or 8.0")
        return int(match[1]), int(match[2])

    @property
    def product(self) -> str:
        """Name and version, for messages."""
        return f"{'MariaDB' if self.maria else 'MySQL'} {self['version']}"

    @property
    def takes_cidr(self) -> bool:
        """Whether an account's host may be a network as `address/bits`: in MySQL since 8.0.23."""
        numbers = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", self["version"])
        return not self.maria and (numbers is None or tuple(int(one or 99) for one in numbers.groups()) >= (8, 0, 23))

    def folded(self, name: str) -> str:
        """The name of a database or table as the server compares it."""
        return name if self["lower_case_table_names"] in ("", "0") else name.lower()

    @property
    def identity(self) -> tuple[str, ...]:
        """Equal for two connections to the same server, or to members of one cluster with the same data."""
        if self["group_replication_group_name"]:
            return "group", self["group_replication_group_name"]
        if self["wsrep_on"].upper() == "ON":
            return "galera", self["wsrep_cluster_name"]
        return self["server_uuid"], self["hostname"], self["port"], self["datadir"]

    @property
    def description(self) -> str:
        """The identity for messages."""
        return f"{self.product} on {self['hostname']}:{self['port']} (uuid {self['server_uuid'] or 'unknown'})"
