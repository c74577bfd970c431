"""A partition that the nodes notice: Hazelcast's heartbeat is set short for it, and as it was afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from conformance import deadlines
from conformance.errors import EvidenceError
from conformance.faults.fault import Fault, Took
from conformance.faults.restart import RestartOfBoth
from conformance.soundness import Pair
from conformance.waiting import SYSTEM, Clock, answering

if TYPE_CHECKING:
    from conformance.evidence.witness import Witness
    from conformance.node.node import Node

#: Where Carbon's Hazelcast agent takes properties from (cluster facts 5).
PATH = "repository/conf/hazelcast.properties"
#: Seconds; shipped are 600 without a heartbeat, and 300 and 120 until separated sides merge.
SHORT = """
hazelcast.max.no.heartbeat.seconds=10
hazelcast.heartbeat.interval.seconds=2
hazelcast.merge.first.run.delay.seconds=10
hazelcast.merge.next.run.delay.seconds=10
"""


class ShortHeartbeat:
    """Another fault, with a short heartbeat: both nodes are restarted with it before. Only where homes may be written.

    The files are as before when it is healed; the nodes take that over with their next start.
    """

    def __init__(self, fault: Fault, nodes: Sequence[Node], witness: Witness, clock: Clock = SYSTEM) -> None:
        self._fault = fault
        self._nodes = nodes
        self._witness = witness
        self._clock = clock
        self._kept: dict[str, bytes] = {}

    def prepare(self, pair: Pair) -> None:
        """Restart both nodes with the short heartbeat. The roles may be others afterwards."""
        restart = RestartOfBoth(self._nodes, self._witness, between=self._shorten, clock=self._clock)
        restart.inject(pair)
        restart.heal()

    def inject(self, pair: Pair) -> Took:
        """Inject the other fault."""
        took = self._fault.inject(pair)
        return Took(took.at_wall, f"{took.text}; Hazelcast's heartbeat set to 10 s, its merge to 10 s")

    def heal(self) -> str:
        """Heal, give Hazelcast the time to merge, and put the files back."""
        try:
            told = self._fault.heal()
            with answering(deadlines.MERGED.name, deadlines.MERGED, self._clock):
                self._clock.sleep(deadlines.MERGED.limit)
        finally:
            self._restore()
        return told

    def _shorten(self) -> None:
        for node in self._nodes:
            self._kept[node.name] = _content(node)
            node.access.write(PATH, self._kept[node.name] + SHORT.encode())

    def _restore(self) -> None:
        for node in self._nodes:
            if node.name in self._kept:
                node.access.write(PATH, self._kept.pop(node.name))


def _content(node: Node) -> bytes:
    try:
        return node.access.read(PATH)
    except FileNotFoundError:
        return b""
    except OSError as problem:
        raise EvidenceError(f"{node.name} {PATH}: cannot be read ({problem})", "let this user read it") from None
