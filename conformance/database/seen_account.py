"""The account behind a node's MySQL connections: a user name may belong to several accounts with different hosts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property
from ipaddress import IPv4Network, ip_address
from typing import NamedTuple

from conformance.database.grants import Grants, like, specificity
from conformance.database.server import DatabaseServer
from conformance.database.server_facts import ServerFacts
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_assessed
from conformance.node.home.own_host import resolved

#: Returns the addresses of a host name; empty if it has none.
Resolver = Callable[[str], list[str]]


#: A pattern of host names, not of addresses.
_NAMES = re.compile(r"(?=.*[%_])(?=.*[a-zA-Z])[^:/]+")


class AccountRow(NamedTuple):
    """One account: user name ("" for anyone) and host, which may be a pattern, a network or a name."""

    user: str
    host: str

    def __str__(self) -> str:
        return f"'{self.user}'@'{self.host}'"

    @classmethod
    def of(cls, account: str) -> AccountRow:
        """Parse `user@host`, as from CURRENT_USER()."""
        user, _, host = account.rpartition("@")
        return cls(user, host)

    @classmethod
    def quoted(cls, account: str) -> AccountRow:
        """Parse quoted `user`@`host`, as in SHOW GRANTS; without a host it applies to every host."""
        parts = re.findall(r"[`'\"]([^`'\"]*)[`'\"]", account)
        return cls(parts[0], parts[1] if len(parts) > 1 else "%")

    def is_for_names_of(self, user: str) -> bool:
        """Whether the account serves `user` for host names matching a pattern, which only the server can resolve."""
        return self.user in ("", user) and _NAMES.fullmatch(self.host) is not None

    def admits(self, address: str, *, names: bool, resolve: Resolver, cidr: bool = True) -> bool:
        """Whether the account is for an IP address; `names`, `cidr`: the server knows host names, `address/bits`."""
        host = self.host.lower()
        if not host:
            return True
        if "/" in host:
            return (cidr or not re.search(r"/\d+$", host)) and _in_network(address, host)
        if like(host, address.lower()):
            return True
        return names and (_is_loopback(address) if host == "localhost" else address in resolve(host))


def serving(
    rows: Iterable[AccountRow], user: str, address: str, *, names: bool, resolve: Resolver, cidr: bool = True
) -> AccountRow | None:
    """The account for a connection of `user` from `address`; None if the server would reject it.

    It may be an anonymous account with a more specific host, a well-known reason for a rejected password.
    """
    own = (row for row in rows if row.user in ("", user))
    fitting = [row for row in own if row.admits(address, names=names, resolve=resolve, cidr=cidr)]
    return max(fitting, key=_rank, default=None)


def _rank(row: AccountRow) -> tuple[int, bool]:
    host = row.host.partition("/")[0]
    return (-1 if not host else specificity(host)), bool(row.user)


def _in_network(address: str, network: str) -> bool:
    try:
        # A network with bits behind its mask accepts nothing: the server compares addresses without them.
        return ip_address(address) in IPv4Network(network)
    except ValueError:
        return False


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False


_OWN = "SELECT CURRENT_USER()"
_ACCOUNTS = "SELECT User, Host FROM mysql.user"
_DEFAULT_ROLES = "SELECT DEFAULT_ROLE_USER, DEFAULT_ROLE_HOST FROM mysql.default_roles WHERE USER = %s AND HOST = %s"


#: The only role that is active when a MariaDB account logs in.
_DEFAULT_ROLE = "SELECT default_role FROM mysql.user WHERE User = %s AND Host = %s"


class SeenAccount:
    """The account for the datasource user's connections from `address`, and its grants."""

    def __init__(self, server: DatabaseServer, facts: ServerFacts, address: str, witness: Witness) -> None:
        self.address = address
        self._server = server
        self._facts = facts
        self._witness = witness

    @cached_property
    def own(self) -> AccountRow:
        """The account behind this suite's connections. EvidenceError if the login is rejected."""
        return AccountRow.of(str(self._server.rows(_OWN, fresh=False)[0][0]))

    @cached_property
    def row(self) -> AccountRow | None:
        """The account; None if the server has none for that address. NotAssessed if it is unknown.

        Listing accounts needs a right that the datasource's account may lack. Without it, this suite's own account is
        used if it also accepts the node's address.
        """
        names = self._facts["skip_name_resolve"].upper() not in ("ON", "1")
        rows = self._server.attempt(_ACCOUNTS)
        known = [self.own] if rows is None else [AccountRow(str(user), str(host)) for user, host in rows]
        user = self._server.spec.username
        cidr = self._facts.takes_cidr
        row = serving(
            known, user, self.address, names=names, resolve=lambda name: resolved(self._witness, name), cidr=cidr
        )
        of_names = [one for one in known if row is None and names and one.is_for_names_of(user)]
        if of_names and rows is not None:
            not_assessed(f"{self._server.where}: whether {of_names[0]} is for {self.address} depends on its own DNS")
        if row is None and rows is None:
            not_assessed(
                f"{self._server.where}: the account of this suite's connection is {self.own}, which is not for "
                f"{self.address}, and it may not read which accounts there are"
            )
        return row

    @property
    def grants(self) -> Grants:
        """Rights of the account and its roles active at login; empty if there is no account."""
        row = self.row
        if row is None:
            return Grants()
        if row == self.own:
            return Grants.read(str(line) for (line,) in self._server.rows("SHOW GRANTS", fresh=False))
        return self._grants_of(row)

    def missing(self, database: str) -> list[str]:
        """Rights missing for ALL on the database."""
        return self._missing(self.grants, database)

    def own_missing(self, database: str) -> list[str]:
        """Rights that the suite's own account misses."""
        lines = self._server.rows("SHOW GRANTS", fresh=False)
        return self._missing(Grants.read(str(line) for (line,) in lines), database)

    def describe(self) -> str:
        """The account for messages."""
        return f"account {self.row or f'for {self._server.spec.username} (none)'} as seen from {self.address}"

    def _missing(self, grants: Grants, database: str) -> list[str]:
        fold = self._facts.folded("A") != "A"
        return grants.missing(database, fold=fold, patterns=self._facts["partial_revokes"].upper() != "ON")

    def _grants_of(self, row: AccountRow) -> Grants:
        plain = Grants.read(self._lines("SHOW GRANTS FOR %s@%s", [row.user, row.host]))
        if not plain.roles:
            return plain
        if self._facts.maria:
            default = self._server.attempt(_DEFAULT_ROLE, [row.user, row.host]) or []
            lines = [line for (role,) in default if role for line in self._lines("SHOW GRANTS FOR %s", [str(role)])]
            return Grants.read([*self._lines("SHOW GRANTS FOR %s@%s", [row.user, row.host]), *lines])
        roles = self._roles_on(row, plain)
        using = " USING " + ", ".join(["%s@%s"] * len(roles)) if roles else ""
        return Grants.read(
            self._lines(f"SHOW GRANTS FOR %s@%s{using}", [row.user, row.host, *(part for one in roles for part in one)])
        )

    def _roles_on(self, row: AccountRow, grants: Grants) -> list[tuple[str, str]]:
        """The roles active when the account logs in."""
        if self._facts["activate_all_roles_on_login"].upper() == "ON":
            return [(role.user, role.host) for role in map(AccountRow.quoted, grants.roles)]
        return [(str(user), str(at)) for user, at in self._server.attempt(_DEFAULT_ROLES, [row.user, row.host]) or []]

    def _lines(self, sql: str, parameters: list[str]) -> list[str]:
        rows = self._server.attempt(sql, parameters)
        if rows is None:
            not_assessed(f"{self._server.where}: may not read the grants of {'@'.join(map(repr, parameters[:2]))}")
        return [str(line) for (line,) in rows]
