"""One node's link is down: it reaches neither its peer nor MySQL nor its clients, while its peer reaches all others."""

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


class CutOff(Fault):
    """The passive node's link is taken down, and put up again."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._pair: Pair | None = None
        self._said = ""

    def inject(self, pair: Pair) -> Injected:
        """Take the link down; proven by silence to and from its peer and to MySQL, which the peer still reaches."""
        self._pair = pair
        node, peer = pair.passive, pair.active
        at = self._clock.wall()
        self._deployment.network.unplug(node.name)
        for who, address, port in self._ways(node, peer):
            prove(
                f"{who.name}: silence of {address}:{port}",
                partial(self._silent, who, address, port),
                deadlines.NODE_GONE,
                self._clock,
                lambda: self._said or "it takes connections",
            )
        database = self._deployment.spec.database
        prove(
            f"{peer.name}: connection to MySQL",
            lambda: not peer.access.connect(database.host, database.port),
            deadlines.NODE_GONE,
            self._clock,
            lambda: "MySQL does not take connections",
        )
        return Injected(at, f"{node.name} reaches neither {peer.name} nor MySQL, {peer.name} reaches MySQL")

    def heal(self) -> str:
        """Put the link up; proven by connections the same ways."""
        assert self._pair is not None
        node, peer = self._pair.passive, self._pair.active
        self._deployment.network.plug(node.name)
        for who, address, port in self._ways(node, peer):
            prove_healed(
                f"{who.name}: connection to {address}:{port}",
                partial(self._answered, who, address, port),
                deadlines.NODE_LISTENS,
                self._clock,
                lambda: self._said,
            )
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

    def _silent(self, who: Node, address: str, port: int) -> bool:
        self._said = who.access.connect(address, port)
        return is_silence(self._said)

    def _answered(self, who: Node, address: str, port: int) -> bool:
        self._said = who.access.connect(address, port)
        return is_answer(self._said)
