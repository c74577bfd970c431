"""One of the four shared databases, as one node reaches it with its datasource and account; and all of a cluster."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from conformance.database import login, server_facts
from conformance.database.script_tables import ScriptVariant, missing_tables
from conformance.database.seen_account import SeenAccount
from conformance.database.server import DatabaseServer
from conformance.database.server_facts import ServerFacts
from conformance.database.shard_allocation import ShardAllocation
from conformance.judgement.located import Located
from conformance.node.home.analytics_config import PROCESSED_STORE
from conformance.node.home.datasources import Datasource
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node
from conformance.text.printable import some

_SCHEMATA = "SELECT SCHEMA_NAME, DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
_TABLES = "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = %s AND TABLE_TYPE = 'BASE TABLE'"
_INDEXES = "SELECT DISTINCT TABLE_NAME, INDEX_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = %s"
#: Maximum databases in a message.
_LISTED = 12


class NodeDatabase:
    """A database as a node sees it; asks each fact once per run. EvidenceError if datasource or server lack it."""

    def __init__(self, node: Node, role: Role, connect: Callable[..., Any] | None = None) -> None:
        self.node = node
        self.role = role
        self._connect = connect

    def __str__(self) -> str:
        return f"{self.node.name} {self.datasource.name} ({self.role}, {self.server.where}, database {self.name})"

    @property
    def datasource(self) -> Datasource:
        """The node's datasource; read again each time, so that the file is cited for each requirement."""
        return self.node.shared.of(self.role)

    @property
    def url(self) -> Located:
        """The datasource's URL with its place."""
        return self.datasource.url

    @property
    def name(self) -> str:
        """Name of the database in the URL."""
        return login.usable_url(self.datasource).database

    @property
    def server(self) -> DatabaseServer:
        """The server, reached with the datasource's account. EvidenceError if it does not answer."""
        datasource = self.datasource
        spec = login.login_of(self.node, datasource)
        server = DatabaseServer(spec, self.node.witness, self._connect, subject=self.node.name, via=datasource.name)
        server.demand_answer()
        return server

    @property
    def server_facts(self) -> ServerFacts:
        """The server's own variables."""
        rows = self.server.rows(server_facts.QUESTION, fresh=False)
        return ServerFacts({str(name).lower(): str(value) for name, value in rows})

    @property
    def schemata(self) -> dict[str, tuple[str, str]]:
        """Character set and collation of every database that the account can see, that is, has a right on."""
        rows = self.server.rows(_SCHEMATA, fresh=False)
        return {str(name): (str(charset), str(collation)) for name, charset, collation in rows}

    @property
    def absence(self) -> str:
        """Why the account does not see the URL's database, for the operator; "" if it does."""
        facts, schemata = self.server_facts, self.schemata
        if any(facts.folded(name) == facts.folded(self.name) for name in schemata):
            return ""
        return (
            f"{self.url.where}: found database {self.name!r}, which {self.server.where} does not show to this account: "
            f"it does not exist, or the account has no right on it; it sees {some(sorted(schemata), _LISTED) or 'none'}"
        )

    @property
    def missing_tables(self) -> list[str]:
        """Tables of the product's script that are missing."""
        rows = self.server.rows(_TABLES, [self._stored_name], fresh=False)
        return missing_tables([str(name) for (name,) in rows], self.server_facts)

    @property
    def script(self) -> ScriptVariant:
        """The variant of the product's script that created its tables."""
        rows = self.server.rows(_INDEXES, [self._stored_name], fresh=False)
        return ScriptVariant.of((str(table), str(index)) for table, index in rows)

    @property
    def account(self) -> SeenAccount:
        """The account behind this node's connections, with its rights."""
        address = login.client_address(self.node, self.datasource)
        return SeenAccount(self.server, self.server_facts, address, self.node.witness)

    @property
    def settings(self) -> dict[str, str]:
        """The database's character set and collation, and the server's modes; recorded, not judged."""
        facts = self.server_facts
        charset, collation = self.schemata.get(self._stored_name, ("", ""))
        return {"character_set": charset, "collation": collation, "sql_mode": facts["sql_mode"]}

    @cached_property
    def _stored_name(self) -> str:
        facts = self.server_facts
        same = (name for name in self.schemata if facts.folded(name) == facts.folded(self.name))
        return next(same, self.name)


#: Databases for which the page runs the product's script.
SCRIPTED = (Role.USERS, Role.REGISTRY, Role.CONFIGURATION)
#: Databases of the record stores.
STORES = (Role.EVENTS, Role.PROCESSED)


class ClusterDatabases:
    """The databases of some nodes; nothing is queried before a test asks."""

    def __init__(self, nodes: tuple[Node, ...], connect: Callable[..., Any] | None = None) -> None:
        self.nodes = nodes
        self._connect = connect

    def of(self, node: Node, role: Role) -> NodeDatabase:
        """A database as reached through a node's datasource."""
        return NodeDatabase(node, node.shared.role(role), self._connect)

    def both(self, role: Role) -> tuple[NodeDatabase, NodeDatabase]:
        """A database as reached through each node's datasource."""
        roles = {node.shared.role(role) for node in self.nodes}
        common = roles.pop() if len(roles) == 1 else role
        first, second = (NodeDatabase(node, common, self._connect) for node in self.nodes)
        return first, second

    def shard_allocation(self, node: Node) -> ShardAllocation:
        """The node ids in the primary record store, read with the node's account."""
        of_events = node.analytics_config.primary != PROCESSED_STORE
        store = self.of(node, Role.EVENTS if of_events else Role.PROCESSED)
        return ShardAllocation(store.server, store.name)
