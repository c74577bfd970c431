"""Whether two JDBC URLs, each as seen from its node, mean one database; host names are resolved before comparing."""

from __future__ import annotations

import socket
from ipaddress import ip_address
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from conformance.node.own_host import canonical, is_address
from conformance.node.stated import is_stated
from conformance.requirement import not_assessed

if TYPE_CHECKING:
    from conformance.cluster_view import ClusterView
    from conformance.node.datasources import Datasource
    from conformance.node.jdbc_url import JdbcUrl, Server
    from conformance.node.node import Node
    from conformance.node.shared_databases import Role


class _Seen(NamedTuple):
    """A datasource as its node sees it."""

    node: Node
    datasource: Datasource

    @property
    def jdbc(self) -> JdbcUrl:
        """Its URL. NotAssessed when it is none of MySQL's: that is another requirement's."""
        jdbc = self.datasource.jdbc
        return jdbc if jdbc.is_mysql else not_assessed(f"{self.told()}, no MySQL URL to compare (see DS-04)")

    def told(self) -> str:
        """Place and URL, for a message."""
        return f"{self.datasource.url.where}: found {self.datasource.url.told()}"


class SameDatabase:
    """Compares databases of a cluster's nodes. Methods raise NotAssessed for what the files do not tell."""

    def __init__(self, cluster: ClusterView) -> None:
        self._cluster = cluster

    def differing(self, role: Role) -> str:
        """How the nodes' databases for a role differ, for the operator; "" if they are one. Options do not count."""
        first, second = (_Seen(node, node.shared.of(role)) for node in self._cluster.nodes)
        if self._same(first, second):
            return ""
        hint = "" if self._cluster.single_host else " (a loopback address is each host's own)"
        return f"{second.told()}, which is another database than\n{first.told()}{hint}"

    def doubled(self, node: Node, one: Role, other: Role) -> str:
        """How one node's databases for two roles are one, for the operator; "" if they are two."""
        first, second = _Seen(node, node.shared.of(one)), _Seen(node, node.shared.of(other))
        if not self._overlap(first, second):
            return ""
        return f"{second.told()}, expected a database of its own for the {other}, not the {one}' at\n{first.told()}"

    def overlapping(self, node: Node, datasource: Datasource, peer: Node, theirs: Datasource) -> bool:
        """Whether two datasources, each of its node, lead to one MySQL database; False for other kinds of databases."""
        one, other = _Seen(node, datasource), _Seen(peer, theirs)
        return datasource.jdbc.is_mysql and theirs.jdbc.is_mysql and self._overlap(one, other)

    def _same(self, first: _Seen, second: _Seen) -> bool:
        """Same database on the same servers, in the same order where the first one is the one to write to."""
        one, other = first.jdbc, second.jdbc
        if not _equal(one.database, other.database) or len(one.servers) != len(other.servers):
            return False
        if one.any_server:
            return all(any(self._alike(first, a, second, b) for b in other.servers) for a in one.servers)
        return all(self._alike(first, a, second, b) for a, b in zip(one.servers, other.servers, strict=True))

    def _overlap(self, first: _Seen, second: _Seen) -> bool:
        """Same database on a server that both name."""
        one, other = first.jdbc, second.jdbc
        if not _equal(one.database, other.database):
            return False
        return any(self._alike(first, a, second, b) for a, b in product(one.servers, other.servers))

    def _alike(self, first: _Seen, a: Server, second: _Seen, b: Server) -> bool:
        """Whether two servers are one."""
        if a.port != b.port:
            return _equal(str(a.port or "${port}"), str(b.port or "${port}"))
        hosts, others = self._spellings(first.node, a.host), self._spellings(second.node, b.host)
        if set(hosts) & set(others):
            return True
        if all(map(is_address, (*hosts, *others))):
            return False
        _equal(*hosts[:1], *others[:1])
        return bool(self._addresses(hosts) & self._addresses(others))

    def _spellings(self, node: Node, host: str) -> tuple[str, ...]:
        """A host as every host understands it: a node's loopback is that very node."""
        name, own = canonical(host), node.host.known
        if self._cluster.single_host or not (_is_loopback(name) or name in own):
            return (name,)
        return own or (f"loopback of {node.name}",)

    def _addresses(self, spellings: tuple[str, ...]) -> set[str]:
        """All addresses of a host. NotAssessed when nobody here knows one."""
        found = {address for name in spellings for address in ([name] if is_address(name) else self._resolved(name))}
        return found or not_assessed(f"{', '.join(spellings)}: its address is not known, so it cannot be compared")

    def _resolved(self, name: str) -> list[str]:
        witness = self._cluster.first.witness
        return list(witness.ask("cluster", f"addresses of host {name}", lambda: _lookup(name)))


def _equal(one: str, other: str) -> bool:
    """Whether two texts are equal. NotAssessed when they differ and one of them is a system property."""
    if one != other and not (is_stated(one) and is_stated(other)):
        not_assessed(f"{one} and {other}: the files do not tell whether they are the same")
    return one == other


def _is_loopback(host: str) -> bool:
    return host.startswith("localhost") or (is_address(host) and ip_address(host).is_loopback)


def _lookup(host: str) -> list[str]:
    """Addresses by the resolver of this machine; none for a name that it does not know."""
    try:
        return sorted({str(info[4][0]) for info in socket.getaddrinfo(host, None)})
    except (OSError, UnicodeError):
        return []
