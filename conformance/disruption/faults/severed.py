"""What parts hosts from one another: shown by silence on ways that were open, healed when there are answers again."""

from collections.abc import Callable
from functools import partial

from conformance import deadlines
from conformance.disruption.faults.fault import Fault, is_answer, is_silence, prove, prove_healed
from conformance.disruption.site import Pair, Site
from conformance.node.node import Node


class Severed(Fault):
    """Ways are tried from the nodes' hosts; `_pair` is the one that was severed."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self._pair: Pair | None = None
        self._said = ""

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
