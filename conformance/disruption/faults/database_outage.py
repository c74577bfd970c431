"""MySQL is gone for a while, in two kinds: its port refuses, or its host is silent.

They are not one fault: what refuses fails at once, and the event sink drops what it cannot write; what is silent keeps
the writer waiting, and events wait in memory behind it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from conformance import deadlines
from conformance.disruption.faults.fault import Took, is_silence, prove
from conformance.disruption.roles import Pair
from conformance.errors import ConformanceError, EvidenceError
from conformance.waiting import SYSTEM, Clock

if TYPE_CHECKING:
    from conformance.deployment.interface import Deployment
    from conformance.node.node import Node


class Gone(Enum):
    """How the server is gone, as its clients see it."""

    REFUSED = "refused"
    SILENT = "silent"


class DatabaseOutage:
    """SIGKILL of the server, or its host off the network, and its return."""

    def __init__(self, deployment: Deployment, kind: Gone, clock: Clock = SYSTEM) -> None:
        self._deployment = deployment
        self._kind = kind
        self._clock = clock
        self._answers: dict[str, str] = {}

    def inject(self, pair: Pair) -> Took:
        """Take MySQL away; proven by what both nodes' hosts get when they connect: a refusal, or nothing at all."""
        at = self._clock.wall()
        silent = self._kind is Gone.SILENT
        self._gone()
        for node in (pair.active, pair.passive):
            prove(
                f"{node.name}: {'silence' if silent else 'refusal'} of MySQL",
                partial(self._shows, node, is_silence if silent else _is_refusal),
                deadlines.NODE_GONE,
                self._clock,
                lambda node=node: self._answers[node.name] or "it takes connections",  # type: ignore[misc]
            )
        seen = "; ".join(f"{name}: {answer}" for name, answer in self._answers.items())
        what = "MySQL's host off the network" if silent else "SIGKILL of MySQL, its host goes on"
        return Took(at, f"{what}: connections from the nodes to {self._where}: {seen}")

    def _gone(self) -> None:
        database = self._deployment.database
        try:
            database.lose() if self._kind is Gone.SILENT else database.kill()
        except ConformanceError as problem:
            raise EvidenceError(f"the fault did not take: {problem}", "nothing is judged from it") from None

    def heal(self) -> str:
        """Bring MySQL back; returns when it answers."""
        try:
            self._deployment.database.start()
        except ConformanceError as problem:
            raise EvidenceError(f"the fault did not heal: {problem}", "see MySQL's log") from None
        return f"MySQL at {self._where} answers again"

    def _shows(self, node: Node, kind: Callable[[str], bool]) -> bool:
        spec = self._deployment.spec.database
        self._answers[node.name] = node.access.connect(spec.host, spec.port)
        return kind(self._answers[node.name])

    @property
    def _where(self) -> str:
        spec = self._deployment.spec.database
        return f"{spec.host}:{spec.port}"


def _is_refusal(answer: str) -> bool:
    return "refused" in answer.lower()
