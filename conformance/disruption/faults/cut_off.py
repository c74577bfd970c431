"""One node's link is down: it reaches neither its peer nor MySQL nor its clients, while its peer reaches all others."""

from conformance.deployment.interface import Capability
from conformance.disruption.faults.fault import Injected
from conformance.disruption.faults.severed import Severed
from conformance.disruption.site import Pair, Site
from conformance.node.node import Node


class CutOff(Severed):
    """The passive node's link is taken down, and put up again."""

    def inject(self, pair: Pair) -> Injected:
        """Take the link down; proven by silence to and from its peer and to MySQL, which the peer still reaches."""
        self._pair = pair
        node, peer = pair.passive, pair.active
        at = self._clock.wall()
        self._deployment.network.unplug(node.name)
        for who, address, port in self._ways(node, peer):
            self._prove_silence(who, address, port, whom=f"{address}:{port}", otherwise="it takes connections")
        self._prove_database(peer)
        return Injected(at, f"{node.name} reaches neither {peer.name} nor MySQL, {peer.name} reaches MySQL")

    def heal(self) -> str:
        """Put the link up; proven by connections the same ways."""
        assert self._pair is not None
        node, peer = self._pair.passive, self._pair.active
        self._deployment.network.plug(node.name)
        for who, address, port in self._ways(node, peer):
            self._prove_answer(who, address, port, whom=f"{address}:{port}")
        return f"{node.name} reaches {peer.name} and MySQL again"

    @staticmethod
    def undo(site: Site) -> None:
        """Put both links up."""
        if Capability.PARTITION in site.deployment.capabilities:
            for node in site.nodes:
                site.deployment.network.plug(node.name)

    def _ways(self, node: Node, peer: Node) -> tuple[tuple[Node, str, int], ...]:
        database = self._deployment.spec.database
        return (
            (node, peer.address, peer.access.spec.hazelcast_port),
            (node, database.host, database.port),
            (peer, node.address, node.access.spec.hazelcast_port),
        )
