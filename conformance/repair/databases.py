"""What is known about the shared databases, from topology.toml or the other node's datasources."""

from conformance.node.home.datasources import Datasource
from conformance.node.home.jdbc_driver import misfit
from conformance.node.home.shared_databases import Role
from conformance.pack.steps.datasources import DRIVER
from conformance.repair.desk import Desk, what_is_known

#: Keys of topology.toml.
_KEYS = {
    Role.USERS: "users",
    Role.REGISTRY: "registry",
    Role.CONFIGURATION: "registry",
    Role.EVENTS: "events",
    Role.PROCESSED: "processed",
}


def url(at: Desk, role: Role) -> str:
    """The URL of a role's database: as stated, or the peer's if that is MySQL's; "" if unknown."""
    if at.bench.database is not None:
        return at.bench.database.url(_KEYS[role])
    peers = _of_peer(at, role)
    return str(peers.url) if peers is not None and not peers.jdbc.problem else ""


def shared_jndi(at: Desk, role: Role) -> str:
    """The JNDI name of a role's datasource; "" if there is none, which becomes a question."""
    meant = at.node.shared.meant(role)
    if meant is None or not meant.jndi.present:
        at.ask(*WHICH)
        return ""
    return str(meant.jndi)


def user(at: Desk, role: Role) -> str:
    """The account, found like the URL; "" if unknown."""
    if at.bench.database is not None:
        return at.bench.database.user
    peers = _of_peer(at, role)
    if peers is not None and not peers.jdbc.problem and not peers.account_placeholder():
        return str(peers.username)
    return ""


def driver(at: Desk, role: Role) -> str:
    """A suitable driver: the peer's, or else the page's."""
    peers = _of_peer(at, role)
    if peers is not None and not peers.jdbc.problem and not misfit(peers.driver, peers.jdbc):
        return str(peers.driver)
    return DRIVER


#: The question about unknown databases, and how to answer it.
WHICH = (
    "On which MySQL server are the shared databases, and which account do the nodes have there?",
    'state it and repair again: in topology.toml [database] url = "jdbc:mysql://HOST:3306", user = "NAME"; '
    "in an inventory [database] host, username",
)


def _of_peer(at: Desk, role: Role) -> Datasource | None:
    found: Datasource | None = None
    if at.peer is not None:
        with what_is_known():
            found = at.peer.shared.defined(role)
    return found
