"""Whether two JDBC URLs, each seen from its own node, mean the same database; host names are resolved.

All functions raise NotAssessed for values that the files do not show, and for URLs that are not MySQL's, which another
requirement judges.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, product
from typing import NamedTuple
from urllib.parse import unquote

from conformance.judgement.located import Located
from conformance.judgement.requirement import not_assessed
from conformance.node.home.datasources import Datasource
from conformance.node.home.jdbc_url import STOCK_PORT, JdbcUrl, Server, is_foreign, parse
from conformance.node.home.own_host import canonical, ip_version, is_loopback, resolved
from conformance.node.home.shared_databases import Role
from conformance.node.home.stated import is_property, is_stated
from conformance.node.node import Node

#: Roles that must not share a database. The registry's two mounts may, as on the page.
PAIRS = [pair for pair in combinations(Role, 2) if pair != (Role.REGISTRY, Role.CONFIGURATION)]
#: Stands for a port given by a system property.
PROPERTY = "${port}"


class Seen(NamedTuple):
    """A JDBC URL as a node sees it."""

    node: Node
    url: Located
    parts: JdbcUrl

    @classmethod
    def of(cls, node: Node, datasource: Datasource) -> Seen:
        """The URL of a node's datasource, with the system properties that the node's start defines."""
        given = node.start.given(datasource.url)
        return cls(node, datasource.url, datasource.jdbc if given == datasource.url else parse(given))

    @property
    def jdbc(self) -> JdbcUrl:
        """The parsed URL."""
        if self.parts.problem:
            not_assessed(f"{self.describe()}, which cannot be compared (see DS-04)")
        return self.parts

    @property
    def foreign(self) -> bool:
        """Whether the database is not MySQL's, and therefore another one than any MySQL database."""
        return is_foreign(self.parts.text)

    def spellings(self, server: Server) -> tuple[str, ...]:
        """A server's host as every host understands it: a loopback address means the node itself."""
        name, own = canonical(server.host), self.node.host
        if own.single_host or not (is_loopback(name) or name in own.known):
            return (name,)
        return own.known or (f"loopback of {self.node.name}",)

    def describe(self) -> str:
        """Place and URL, for a message."""
        started = f", started with {self.parts.text!r}" if is_property(self.url) and self.parts.text != self.url else ""
        return f"{self.url.found}{started}"


def differing(first_node: Node, second_node: Node, role: Role) -> str:
    """How the nodes' databases for a role differ, for the operator; "" if they are the same. Options are ignored."""
    first, second = (Seen.of(node, node.shared.of(role)) for node in (first_node, second_node))
    if first.foreign == second.foreign and _same(first, second):
        return ""
    if first.foreign or second.foreign:
        return f"{second.describe()}, which is another database than\n{first.describe()}"
    if not first_node.host.single_host and _behind_proxies(first, second):
        port = first.jdbc.servers[0].port or PROPERTY
        not_assessed(
            f"{second.describe()}, as {first_node.name} has: each host's own, so that only what listens at port {port} "
            "of each, such as a proxy, shows whether they lead to one database"
        )
    if differing := _other_list(first, second):
        why = "each node writes to the first one; give both one list, in mode loadbalance if every server takes writes"
        return f"{second.describe()}, which names {differing} than\n{first.describe()} ({why})"
    local = any(is_loopback(server.host) for one in (first, second) for server in one.parts.servers)
    hint = " (a loopback address is each host's own)" if local and not first_node.host.single_host else ""
    return f"{second.describe()}, which is another database than\n{first.describe()}{hint}"


def doubled(node: Node, one: Role, other: Role) -> str:
    """Report, for the operator, that one node uses the same database for two roles; "" if not."""
    shared = node.shared
    found, beside = shared.of(one), shared.of(other)
    first, second = Seen.of(node, found), Seen.of(node, beside)
    # One datasource for both kinds of record store is reported by the check of record stores.
    named_twice = not one.value.jndi and found.where == beside.where
    if named_twice or first.foreign != second.foreign or not overlapping(first, second):
        return ""
    own, not_that = shared.role(other), shared.role(one)
    wanted = f"a database of its own for the {own}, not that of the {not_that}"
    return f"{second.describe()}, expected {wanted} at\n{first.describe()}"


def overlapping(first: Seen, second: Seen) -> bool:
    """Whether both name the same database on a common server."""
    one, other = first.jdbc, second.jdbc
    if not _equal(first, one.database, second, other.database):
        return False
    return _any_alike(first, one.servers, second, other.servers)


def _same(first: Seen, second: Seen) -> bool:
    """Same database on the same servers; in the same order if the first server is the one to write to."""
    one, other = first.jdbc, second.jdbc
    if not _equal(first, one.database, second, other.database) or len(one.servers) != len(other.servers):
        return False
    if one.any_server:
        return all(_any_alike(first, [server], second, other.servers) for server in one.servers)
    return all(_alike(first, a, second, b) for a, b in zip(one.servers, other.servers, strict=True))


def _other_list(first: Seen, second: Seen) -> str:
    """How server lists for the same database differ; "" if they have no server in common."""
    one, other = ({(seen.spellings(a), a.port) for a in seen.jdbc.servers} for seen in (first, second))
    if first.jdbc.database != second.jdbc.database or not one & other:
        return ""
    return "the servers in another order" if one == other else "other servers too, or fewer,"


def _behind_proxies(first: Seen, second: Seen) -> bool:
    """Whether both name the same database on one port of their own hosts, other than MySQL's: maybe a proxy."""
    servers = {(server.port, is_loopback(server.host)) for seen in (first, second) for server in seen.jdbc.servers}
    (port, local), *others = servers
    return local and not others and port != STOCK_PORT and first.jdbc.database == second.jdbc.database


def _any_alike(first: Seen, some: Sequence[Server], second: Seen, others: Sequence[Server]) -> bool:
    """Whether the two sides have a server in common; equal spellings are compared first."""
    pairs = list(product(some, others))
    alike = [(a, b) for a, b in pairs if set(first.spellings(a)) & set(second.spellings(b))]
    return any(_alike(first, a, second, b) for a, b in [*alike, *pairs])


def _alike(first: Seen, a: Server, second: Seen, b: Server) -> bool:
    if not _equal(first, str(a.port or PROPERTY), second, str(b.port or PROPERTY)):
        return False
    hosts, others = first.spellings(a), second.spellings(b)
    if shared := set(hosts) & set(others):
        host = shared.pop()
        return _equal(first, host, second, host)
    if all(ip_version(name) for name in (*hosts, *others)):
        return False
    _equal(first, hosts[0], second, others[0])
    return bool(_addresses(first, a) & _addresses(second, b))


def _addresses(seen: Seen, server: Server) -> set[str]:
    spellings = seen.spellings(server)
    found = {name for name in spellings if ip_version(name)}
    for name in {*spellings} - found:
        # A host without a known name is described in words, which cannot be resolved.
        found.update(resolved(seen.node.witness, name) if " " not in name else ())
    unknown = f"{seen.describe()}; the address of {server.host!r} is not known here, so it cannot be compared"
    return found or not_assessed(unknown)


def _equal(first: Seen, one: str, second: Seen, other: str) -> bool:
    """Whether two texts are equal. NotAssessed for what the start, the server or the driver decides."""
    one_start = one == other and first.node is second.node
    if not one_start and not (is_stated(one) and is_stated(other)):
        places = f"{first.url.where} and {second.url.where}"
        not_assessed(
            f"{one} and {other}: the files do not show whether they are the same ({places}); write the value there, "
            "or give it by -D in bin/wso2server.sh"
        )
    if one != other and unquote(one).lower() == unquote(other).lower():
        not_assessed(
            f"{one} and {other}: MySQL's lower_case_table_names and the driver's version decide whether they are the "
            f"same ({first.url.where} and {second.url.where}); write both alike"
        )
    return one == other
