"""Spark across both nodes: one master serves with both workers, the other stands by (analytics facts 1.3)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

from conformance import deadlines
from conformance.errors import EvidenceError, NotSeen
from conformance.node.node import Node
from conformance.node.spark_ui import MasterView
from conformance.waiting import SYSTEM, Clock, wait_for


class SparkCluster:
    """Reads both masters once Spark had time to form."""

    def __init__(self, nodes: Sequence[Node], clock: Clock = SYSTEM) -> None:
        self._nodes = nodes
        self._clock = clock

    def formed(self) -> tuple[MasterView, ...]:
        """Both masters when one of them serves with a worker of every node, or as they are when the time is over.

        EvidenceError when a master's page does not answer then.
        """
        with suppress(NotSeen):
            wait_for(
                "Spark master with all workers and an application",
                self._served,
                deadlines.SPARK_CLUSTER,
                poll=0.5,
                clock=self._clock,
                ignoring=(EvidenceError,),
            )
        return tuple(node.spark_ui.master() for node in self._nodes)

    def _served(self) -> bool:
        views = [node.spark_ui.master() for node in self._nodes]
        return any(view.serves and len(view.workers) >= len(self._nodes) for view in views)


def told(masters: Sequence[MasterView]) -> str:
    """What every master says, for messages."""
    return "; ".join(str(view) for view in masters)
