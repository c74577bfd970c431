"""The active node freezes, like a paused virtual machine: connections stay open, but nothing answers."""

from conformance import deadlines
from conformance.disruption.faults.fault import Fault, Injected, not_taken, prove, prove_healed
from conformance.disruption.site import Pair, Site
from conformance.errors import ConformanceError, NotSeen
from conformance.node.node import Node


class Freeze(Fault):
    """SIGSTOP, later SIGCONT, to all processes on the active node's host."""

    _node: Node

    def inject(self, pair: Pair) -> Injected:
        """Freeze the active node. Proof: its process exists, and its port accepts connections but does not answer."""
        node = self._node = pair.active
        at = self._clock.wall()
        try:
            node.access.freeze()
        except (NotSeen, ConformanceError) as problem:
            raise not_taken(problem) from None
        signs: list[str] = []

        def stands_still() -> bool:
            signs[:] = self._signs(node, pair.passive)
            return not signs

        prove(f"{node.name}: silence", stands_still, deadlines.NODE_GONE, self._clock, lambda: "; ".join(signs))
        count = len(node.access.processes())
        text = f"SIGSTOP to all {count} processes, its ports take connections and answer nothing"
        return Injected(at, f"{node.name}: {text}")

    def heal(self) -> str:
        """Thaw the node and wait until it answers again."""
        node = self._node
        node.access.thaw()
        what = f"{node.name}: an answer"
        prove_healed(what, node.answers, deadlines.NODE_LISTENS, self._clock, lambda: "it does not answer")
        return f"{node.name}: SIGCONT, it answers again"

    @staticmethod
    def undo(site: Site) -> None:
        """Thaw both nodes."""
        for node in site.nodes:
            node.access.thaw()

    def _signs(self, node: Node, peer: Node) -> list[str]:
        """Signs that the node is not frozen. A dead node is silent too, but its ports refuse connections."""
        if node.access.pid() is None:
            return ["its process does not run"]
        # The kernel accepts connections for a stopped process. The peer connects, as the node's host may be frozen too.
        refusal = peer.access.connect(node.address, node.access.spec.hazelcast_port)
        if refusal:
            return [f"{peer.name} cannot connect to it: {refusal}"]
        silent = deadlines.HTTP_ANSWER.within(2, "a frozen node does not answer at all")
        return ["answers"] if node.answers(silent) else []
