"""The nodes do not reach each other, silently, while both still reach MySQL and their clients reach both."""

from conformance.deployment.interface import Capability
from conformance.disruption.faults.fault import Injected
from conformance.disruption.faults.severed import Severed
from conformance.disruption.site import Pair, Site
from conformance.node.node import Node


class Partition(Severed):
    """The two nodes' links are isolated from each other, and joined."""

    def inject(self, pair: Pair) -> Injected:
        """Cut; proven from both sides: nothing comes back from the peer's Hazelcast port, MySQL takes connections."""
        self._pair = pair
        at = self._clock.wall()
        self._deployment.network.isolate(pair.active.name, pair.passive.name)
        for node, peer in _ways(pair):
            port = peer.access.spec.hazelcast_port
            self._prove_silence(node, peer.address, port, whom=peer.name, otherwise="the peer takes connections")
            self._prove_database(node)
        return Injected(at, f"{pair.active.name} and {pair.passive.name} do not reach each other, both reach MySQL")

    def heal(self) -> str:
        """Join; proven by connections both ways."""
        assert self._pair is not None
        pair = self._pair
        self._deployment.network.join(pair.active.name, pair.passive.name)
        for node, peer in _ways(pair):
            self._prove_answer(node, peer.address, peer.access.spec.hazelcast_port, whom=peer.name)
        return "both nodes reach each other again"

    @staticmethod
    def undo(site: Site) -> None:
        """Join both nodes."""
        if Capability.PARTITION in site.deployment.capabilities:
            site.deployment.network.join(*(node.name for node in site.nodes))


def _ways(pair: Pair) -> tuple[tuple[Node, Node], tuple[Node, Node]]:
    return (pair.active, pair.passive), (pair.passive, pair.active)
