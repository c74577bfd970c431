"""The shared databases of a cluster, each as reached from either node."""

from collections.abc import Callable
from typing import Any

from conformance.database.node_database import NodeDatabase
from conformance.database.shard_allocation import ShardAllocation
from conformance.node.home.analytics_config import PROCESSED_STORE
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node

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

    def primary_store(self, node: Node) -> NodeDatabase:
        """The database of a node's primary record store."""
        return self.of(node, Role.PROCESSED if node.analytics_config.primary == PROCESSED_STORE else Role.EVENTS)

    def shard_allocation(self, node: Node) -> ShardAllocation:
        """The node ids in the primary record store, read with the node's account."""
        store = self.primary_store(node)
        return ShardAllocation(store.server, store.name)
