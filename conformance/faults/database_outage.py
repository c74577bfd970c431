"""MySQL is gone for a while: connections break and new ones are refused."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from conformance import deadlines
from conformance.errors import ConformanceError, EvidenceError
from conformance.faults.fault import Took, prove
from conformance.soundness import Pair
from conformance.waiting import SYSTEM, Clock

if TYPE_CHECKING:
    from conformance.node.node import Node
    from conformance.target.deployment import Deployment


class DatabaseOutage:
    """SIGKILL of the server, and its start."""

    def __init__(self, deployment: Deployment, clock: Clock = SYSTEM) -> None:
        self._deployment = deployment
        self._clock = clock
        self._refusals: dict[str, str] = {}

    def inject(self, pair: Pair) -> Took:
        """Kill MySQL; proven by both nodes' hosts, which cannot connect to it any more."""
        at = self._clock.wall()
        self._deployment.database.kill()
        for node in (pair.active, pair.passive):
            prove(
                f"{node.name}: refusal by MySQL",
                partial(self._refused, node),
                deadlines.NODE_GONE,
                self._clock,
                lambda: "it takes connections",
            )
        told = "; ".join(f"{name}: {refusal}" for name, refusal in self._refusals.items())
        return Took(at, f"SIGKILL of MySQL at {self._where}, connections from the nodes: {told}")

    def heal(self) -> str:
        """Start MySQL again; returns when it answers."""
        try:
            self._deployment.database.start()
        except ConformanceError as problem:
            raise EvidenceError(f"the fault did not heal: {problem}", "see MySQL's log") from None
        return f"MySQL at {self._where} answers again"

    def _refused(self, node: Node) -> bool:
        spec = self._deployment.spec.database
        self._refusals[node.name] = node.access.connect(spec.host, spec.port)
        return bool(self._refusals[node.name])

    @property
    def _where(self) -> str:
        spec = self._deployment.spec.database
        return f"{spec.host}:{spec.port}"
