"""The nodes do not reach each other, silently, while both still reach MySQL and their clients reach both."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conformance import deadlines
from conformance.deployment.interface import Capability
from conformance.disruption.faults.fault import Fault, Injected, is_answer, is_silence, prove, prove_healed
from conformance.disruption.roles import Pair

if TYPE_CHECKING:
    from conformance.disruption.site import Site
    from conformance.node.node import Node


class Partition(Fault):
    """The two nodes' links are isolated from each other, and joined."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._pair: Pair | None = None
        self._said = ""

    def inject(self, pair: Pair) -> Injected:
        """Cut; proven from both sides: nothing comes back from the peer's Hazelcast port, MySQL takes connections."""
        self._pair = pair
        at = self._clock.wall()
        self._deployment.network.isolate(pair.active.name, pair.passive.name)
        for node, peer in self._ways(pair):
            prove(
                f"{node.name}: silence of {peer.name}",
                partial(self._cut, node, peer),
                deadlines.NODE_GONE,
                self._clock,
                lambda: self._said or "the peer takes connections",
            )
            prove(
                f"{node.name}: connection to MySQL",
                partial(self._reaches_database, node),
                deadlines.NODE_GONE,
                self._clock,
                lambda: "MySQL does not take connections",
            )
        return Injected(at, f"{pair.active.name} and {pair.passive.name} do not reach each other, both reach MySQL")

    def heal(self) -> str:
        """Join; proven by connections both ways."""
        assert self._pair is not None
        pair = self._pair
        self._deployment.network.join(pair.active.name, pair.passive.name)
        for node, peer in self._ways(pair):
            prove_healed(
                f"{node.name}: connection to {peer.name}",
                partial(self._joined, node, peer),
                deadlines.NODE_LISTENS,
                self._clock,
                lambda: self._said,
            )
        return "both nodes reach each other again"

    @staticmethod
    def undo(site: Site) -> None:
        """Join both nodes."""
        if Capability.PARTITION in site.deployment.capabilities:
            site.deployment.network.join(*(node.name for node in site.nodes))

    def _ways(self, pair: Pair) -> tuple[tuple[Node, Node], tuple[Node, Node]]:
        return (pair.active, pair.passive), (pair.passive, pair.active)

    def _cut(self, node: Node, peer: Node) -> bool:
        return is_silence(self._tried(node, peer))

    def _joined(self, node: Node, peer: Node) -> bool:
        return is_answer(self._tried(node, peer))

    def _tried(self, node: Node, peer: Node) -> str:
        self._said = node.access.connect(peer.address, peer.access.spec.hazelcast_port)
        return self._said

    def _reaches_database(self, node: Node) -> bool:
        spec = self._deployment.spec.database
        return not node.access.connect(spec.host, spec.port)
