"""Faults that cut hosts off from each other. Silence on routes that were open proves the cut, answers the healing."""

from collections.abc import Callable
from functools import partial

from conformance import deadlines
from conformance.deployment.interface import Capability
from conformance.disruption.faults.fault import Fault, Injected, is_answer, is_silence, prove, prove_healed
from conformance.disruption.site import Pair, Site
from conformance.node.node import Node


class Severed(Fault):
    """Tries routes from the nodes' hosts. `_pair`: the cut pair; `_said`: the latest answer."""

    _pair: Pair
    _said: str

    def _prove_silence(self, who: Node, address: str, port: int, *, whom: str, otherwise: str) -> None:
        what, fact = f"{who.name}: silence of {whom}", partial(self._shows, is_silence, who, address, port)
        prove(what, fact, deadlines.NODE_GONE, self._clock, lambda: self._said or otherwise)

    def _prove_database(self, who: Node) -> None:
        spec = self._deployment.spec.database
        what, last = f"{who.name}: connection to MySQL", "MySQL does not take connections"
        prove(
            what, lambda: not who.access.connect(spec.host, spec.port), deadlines.NODE_GONE, self._clock, lambda: last
        )

    def _prove_answer(self, who: Node, address: str, port: int, *, whom: str) -> None:
        what, fact = f"{who.name}: connection to {whom}", partial(self._shows, is_answer, who, address, port)
        prove_healed(what, fact, deadlines.NODE_LISTENS, self._clock, lambda: self._said)

    def _shows(self, kind: Callable[[str], bool], who: Node, address: str, port: int) -> bool:
        self._said = who.access.connect(address, port)
        return kind(self._said)


class Partition(Severed):
    """The nodes silently cannot reach each other, while both reach MySQL and clients reach both."""

    def inject(self, pair: Pair) -> Injected:
        """Cut. Proof on both nodes: the peer's Hazelcast port gives no answer, MySQL accepts connections."""
        self._pair = pair
        at = self._clock.wall()
        self._deployment.network.isolate(pair.active.name, pair.passive.name)
        for node, peer in _ways(pair):
            port = peer.access.spec.hazelcast_port
            self._prove_silence(node, peer.address, port, whom=peer.name, otherwise="the peer takes connections")
            self._prove_database(node)
        return Injected(at, f"{pair.active.name} and {pair.passive.name} do not reach each other, both reach MySQL")

    def heal(self) -> str:
        """Reconnect the nodes. Proof: connections in both directions."""
        pair = self._pair
        self._deployment.network.join(pair.active.name, pair.passive.name)
        for node, peer in _ways(pair):
            self._prove_answer(node, peer.address, peer.access.spec.hazelcast_port, whom=peer.name)
        return "both nodes reach each other again"

    @staticmethod
    def undo(site: Site) -> None:
        """Reconnect both nodes."""
        if Capability.PARTITION in site.deployment.capabilities:
            site.deployment.network.join(*(node.name for node in site.nodes))


def _ways(pair: Pair) -> tuple[tuple[Node, Node], tuple[Node, Node]]:
    return (pair.active, pair.passive), (pair.passive, pair.active)


class CutOff(Severed):
    """The passive node's link is down: it reaches no peer, MySQL or client; the active node reaches all others."""

    def inject(self, pair: Pair) -> Injected:
        """Take the link down. Proof: silence to and from the peer and to MySQL; the peer still reaches MySQL."""
        self._pair = pair
        node, peer = pair.passive, pair.active
        at = self._clock.wall()
        self._deployment.network.unplug(node.name)
        for who, address, port in self._ways(node, peer):
            self._prove_silence(who, address, port, whom=f"{address}:{port}", otherwise="it takes connections")
        self._prove_database(peer)
        return Injected(at, f"{node.name} reaches neither {peer.name} nor MySQL, {peer.name} reaches MySQL")

    def heal(self) -> str:
        """Put the link up. Proof: connections on the same routes."""
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
