"""The account by which MySQL serves a node's connections: a name stands for several accounts, distinguished by host."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, ip_address

from conformance.database.grants import Grants, like, specificity
from conformance.database.server import DatabaseServer
from conformance.database.server_facts import ServerFacts
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_assessed
from conformance.node.home.own_host import resolved

#: Gives the addresses of a host name; empty if it has none.
Resolver = Callable[[str], list[str]]


#: A pattern of host names, not of addresses.
_NAMES = re.compile(r"(?=.*[%_])(?=.*[a-zA-Z])[^:/]+")


@dataclass(frozen=True)
class AccountRow:
    """One account: user name ("" is everybody) and host, which may be a pattern, a network or a name."""

    user: str
    host: str

    def __str__(self) -> str:
        return f"'{self.user}'@'{self.host}'"

    @classmethod
    def of(cls, account: str) -> AccountRow:
        """From `user@host`, as CURRENT_USER() tells it."""
        user, _, host = account.rpartition("@")
        return cls(user, host)

    @classmethod
    def quoted(cls, account: str) -> AccountRow:
        """From `user`@`host` in quotes, as SHOW GRANTS tells it; one without a host is for every host."""
        parts = re.findall(r"[`'\"]([^`'\"]*)[`'\"]", account)
        return cls(parts[0], parts[1] if len(parts) > 1 else "%")

    def is_for_names_of(self, user: str) -> bool:
        """Whether it serves `user` from names that fit a pattern: only the server knows which an address has."""
        return self.user in ("", user) and _NAMES.fullmatch(self.host) is not None

    def admits(self, address: str, *, names: bool, resolve: Resolver, cidr: bool = True) -> bool:
        """Whether it is for connections from an IP address; `names`: the server looks up names of hosts.

        `cidr`: it takes networks as `address/bits`.
        """
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
    """The account that a connection of `user` from `address` gets; None when the server would refuse it.

    It may be one for everybody, of a more specific host: the well-known reason for a refused password.
    """
    own = (row for row in rows if row.user in ("", user))
    fitting = [row for row in own if row.admits(address, names=names, resolve=resolve, cidr=cidr)]
    return max(fitting, key=_rank, default=None)


def _rank(row: AccountRow) -> tuple[int, bool]:
    host = row.host.partition("/")[0]
    return (-1 if not host else specificity(host)), bool(row.user)


def _in_network(address: str, network: str) -> bool:
    try:
        # One with bits behind its mask admits no one: the server compares it with an address without them.
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


#: The one role that is on when an account of a MariaDB logs in.
_DEFAULT_ROLE = "SELECT default_role FROM mysql.user WHERE User = %s AND Host = %s"


class SeenAccount:
    """The account that a connection of the datasource's user from `address` gets, and its grants."""

    def __init__(self, server: DatabaseServer, facts: ServerFacts, address: str, witness: Witness) -> None:
        self.address = address
        self._server = server
        self._facts = facts
        self._witness = witness

    @cached_property
    def own(self) -> AccountRow:
        """The account that serves this suite's connections. EvidenceError when the login is refused."""
        return AccountRow.of(str(self._server.rows(_OWN, fresh=False)[0][0]))

    @cached_property
    def row(self) -> AccountRow | None:
        """The account; None when the server has none for that address. NotAssessed when no one tells.

        Which accounts there are tells only a right that the datasource's account need not have. Without it the account
        that serves this suite is taken where it is for the node's address too.
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
        """Rights of the account and of the roles that are on at login; none where there is no account."""
        row = self.row
        if row is None:
            return Grants()
        if row == self.own:
            return Grants.read(str(line) for (line,) in self._server.rows("SHOW GRANTS", fresh=False))
        return self._grants_of(row)

    def missing(self, database: str) -> list[str]:
        """Rights that are missing for ALL on the database."""
        return self._missing(self.grants, database)

    def own_missing(self, database: str) -> list[str]:
        """The same for the account that serves this suite."""
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
            self._lines(
                f"SHOW GRANTS FOR %s@%s{using}", [row.user, row.host, *(part for role in roles for part in role)]
            )
        )

    def _roles_on(self, row: AccountRow, grants: Grants) -> list[tuple[str, str]]:
        """The roles that are on when the account logs in."""
        if self._facts["activate_all_roles_on_login"].upper() == "ON":
            return [(role.user, role.host) for role in map(AccountRow.quoted, grants.roles)]
        return [
            (str(user), str(host)) for user, host in self._server.attempt(_DEFAULT_ROLES, [row.user, row.host]) or []
        ]

    def _lines(self, sql: str, parameters: list[str]) -> list[str]:
        rows = self._server.attempt(sql, parameters)
        if rows is None:
            not_assessed(f"{self._server.where}: may not read the grants of {'@'.join(map(repr, parameters[:2]))}")
        return [str(line) for (line,) in rows]
