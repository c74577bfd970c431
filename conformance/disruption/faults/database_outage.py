"""MySQL is gone for a while: either its port refuses connections, or its host is silent.

These are two faults. A refusal fails at once, and the event sink drops what it cannot write. Silence blocks the writer,
and events wait in memory behind it.
"""

from collections.abc import Callable
from functools import partial

from conformance import deadlines
from conformance.deployment.interface import Capability
from conformance.disruption.faults.fault import Fault, Injected, is_silence, not_taken, prove
from conformance.disruption.site import Pair, Site
from conformance.errors import ConformanceError, EvidenceError
from conformance.judgement.requirement import not_assessed
from conformance.node.node import Node


class DatabaseOutage(Fault):
    """Kill MySQL with SIGKILL, or take its host off the network, and bring it back."""

    #: Whether clients get no answer; otherwise they are refused.
    silent = False

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._answers: dict[str, str] = {}

    def inject(self, pair: Pair) -> Injected:
        """Take MySQL away. Proof: connections from both nodes' hosts are refused, or get no answer."""
        at = self._clock.wall()
        try:
            self._deployment.database.lose() if self.silent else self._deployment.database.kill()
        except ConformanceError as problem:
            raise not_taken(problem) from None
        for node in (pair.active, pair.passive):
            prove(
                f"{node.name}: {'silence' if self.silent else 'refusal'} of MySQL",
                partial(self._shows, node, is_silence if self.silent else lambda answer: "refused" in answer.lower()),
                deadlines.NODE_GONE,
                self._clock,
                lambda node=node: self._answers[node.name] or "it takes connections",  # type: ignore[misc]
            )
        seen = "; ".join(f"{name}: {answer}" for name, answer in self._answers.items())
        what = "MySQL's host off the network" if self.silent else "SIGKILL of MySQL, its host goes on"
        return Injected(at, f"{what}: connections from the nodes to {self._where}: {seen}")

    def heal(self) -> str:
        """Start MySQL again; returns once it answers."""
        try:
            self._deployment.database.start()
        except ConformanceError as problem:
            raise EvidenceError(f"the fault did not heal: {problem}", "see MySQL's log") from None
        return f"MySQL at {self._where} answers again"

    @staticmethod
    def undo(site: Site) -> None:
        """Start MySQL again if it does not answer, for whatever reason."""
        try:
            site.events.stored()
        except EvidenceError:
            try:
                site.deployment.database.start()
            except ConformanceError as problem:
                raise EvidenceError(f"MySQL does not start again: {problem}", "see its log") from None

    def _shows(self, node: Node, kind: Callable[[str], bool]) -> bool:
        spec = self._deployment.spec.database
        self._answers[node.name] = node.access.connect(spec.host, spec.port)
        return kind(self._answers[node.name])

    @property
    def _where(self) -> str:
        spec = self._deployment.spec.database
        return f"{spec.host}:{spec.port}"


class DatabaseSilent(DatabaseOutage):
    """MySQL's host is taken off the network."""

    silent = True

    @staticmethod
    def demand(site: Site) -> None:
        """The target must be able to cut links."""
        if Capability.PARTITION not in site.deployment.capabilities:
            not_assessed("the host of MySQL cannot be taken off the network here")
