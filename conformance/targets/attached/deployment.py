"""The attached target: two nodes that run somewhere, and their MySQL."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from conformance.archive.stated_database import StatedDatabase
from conformance.archive.topology import Topology, TopologyNode
from conformance.deployment.interface import Capability
from conformance.deployment.spec import ClusterSpec, NodeSpec
from conformance.errors import ConformanceError
from conformance.targets.attached import inventory
from conformance.targets.attached.inventory import Inventory, NodeEntry
from conformance.targets.attached.node import AttachedNode
from conformance.targets.attached.remote import Remote, SshSockets
from conformance.targets.shared.choice import TargetChoice
from conformance.targets.shared.claimed_spec import Read, cluster_spec, product
from conformance.targets.still import StillDeployment


def open_target(choice: TargetChoice) -> AttachedDeployment:
    """Return the deployment of an inventory. ConformanceError if the inventory is wrong."""
    if not choice.target_argument:
        raise ConformanceError("--target attached names no inventory", "give attached:inventory.toml")
    return AttachedDeployment(inventory.read(Path(choice.target_argument)), read_only=choice.read_only)


class AttachedDeployment(StillDeployment):
    """See conformance.deployment.interface.Deployment. The suite never starts or ends it, nor breaks its MySQL."""

    def __init__(self, inventory: Inventory, *, read_only: bool = False) -> None:
        allowed = inventory._replace(writes=False, artifacts=False, faults=()) if read_only else inventory
        self.inventory = allowed
        self._sockets = SshSockets()
        remotes = {
            node.name: Remote(node.name, node.host, inventory.ssh_config, self._sockets.path(number))
            for number, node in enumerate(inventory.nodes)
        }
        spec = _spec(inventory, remotes)
        entries = {node.name: node for node in inventory.nodes}
        self.nodes = tuple(
            AttachedNode(
                entries[node.name], node, remotes[node.name], writes=allowed.writes, faults=node.name in allowed.faults
            )
            for node in spec.nodes
        )
        super().__init__(spec, list(_capabilities(allowed)), single_host=inventory.single_host)
        #: What a repair may write into the homes about the database.
        self.stated_database: StatedDatabase | None = None
        if database := inventory.database:
            url = f"jdbc:mysql://{database.host}:{database.port}"
            self.stated_database = StatedDatabase(url, "", database.username)
        given = set(_capabilities(inventory)) - set(self.capabilities)
        self.remedies = {**_NEEDED, **dict.fromkeys(given, "leave --read-only away")}

    def close(self) -> None:
        """Close the connections to the nodes' hosts."""
        self._sockets.close()

    def identity(self) -> dict[str, Any]:
        """Product and version from the first home's carbon.xml, how the nodes are reached, what the owner allows."""
        return {
            "product": product(self.nodes[0].name, self.nodes[0].read),
            "started": "not by this run",
            "hosts": "; ".join(f"{node.name} by {node.host}" for node in self.inventory.nodes),
            "allowed": ", ".join(each.value for each in self.capabilities),
        }


def _capabilities(inventory: Inventory) -> Iterator[Capability]:
    """Yield what the suite may do: reading always, the rest as the inventory allows."""
    yield from (Capability.FILES, Capability.LOG, Capability.DATABASE)
    if inventory.admin:
        yield Capability.LIVE
    if inventory.writes:
        yield Capability.WRITE
    if inventory.artifacts and inventory.admin and inventory.database:
        yield Capability.ARTIFACTS
    if inventory.writes and inventory.artifacts:
        yield Capability.DEPLOY
    if len(inventory.faults) == len(inventory.nodes) and all(node.start or node.start_here for node in inventory.nodes):
        yield Capability.FAULT


def _spec(inventory: Inventory, remotes: dict[str, Remote]) -> ClusterSpec:
    """Return the cluster as the inventory states it; ports, ids and the domain come from the homes."""
    stated = {one.name: TopologyNode(one.name, one.home, (one.address, *one.other_names)) for one in inventory.nodes}
    topology = Topology(inventory.single_host, start_order=inventory.start_order, nodes=stated)
    reads = {node.name: _reader(node, remotes[node.name]) for node in inventory.nodes}
    spec = cluster_spec(reads, topology)
    if inventory.database:
        spec = replace(spec, database=inventory.database)
    if inventory.admin:
        spec = replace(spec, admin_user=inventory.admin.username, admin_password=inventory.admin.password)
    return spec


def _reader(entry: NodeEntry, remote: Remote) -> Read:
    """Return how to read a node. If the node is away, its home states nothing, and each requirement reports that."""
    spec = NodeSpec(entry.name, entry.address, Path(entry.home), "")
    return AttachedNode(entry, spec, remote, writes=False, faults=False).read


#: For each capability that is missing: what the user writes into the inventory, or does instead.
_NEEDED = {
    Capability.LIVE: "the inventory needs [admin] with a password",
    Capability.WRITE: "the inventory needs allow.writes = true",
    Capability.ARTIFACTS: "the inventory needs allow.artifacts = true, once the lab's artifacts are deployed, and "
    "[admin] and [database]",
    Capability.DEPLOY: "the inventory needs allow.writes and allow.artifacts = true",
    Capability.FAULT: "the inventory needs allow.faults with both nodes, and start or start_here of each",
    Capability.DATABASE_FAULT: "MySQL servers of others are not broken: use --target embedded or compose",
    Capability.PARTITION: "networks of others are not broken: use --target embedded or compose",
}
