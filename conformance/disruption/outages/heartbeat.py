"""A partition that the nodes notice, as Hazelcast's heartbeat is set short for it. The file is restored afterwards.

The nodes read the restored file only at their next start, which the next proof of the cluster takes care of.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from conformance import deadlines
from conformance.disruption.faults.fault import Fault, Injected, PreparedFault, not_taken
from conformance.disruption.faults.node_down import Ending
from conformance.disruption.faults.restart import RestartOfBoth
from conformance.disruption.faults.severed import Partition
from conformance.disruption.site import Pair, Site
from conformance.errors import NotSeen
from conformance.node.log.follower import LogMark
from conformance.node.node import Node
from conformance.node.settings_in_force import HAZELCAST, HEARTBEAT, Settings, hazelcast_properties

#: Seconds.
SHORT: Settings = {
    HEARTBEAT: "10",
    "hazelcast.heartbeat.interval.seconds": "2",
    "hazelcast.merge.first.run.delay.seconds": "5",
    "hazelcast.merge.next.run.delay.seconds": "5",
}


class ShortHeartbeat(PreparedFault):
    """Another fault, with a short heartbeat so that both nodes notice it. Only for homes that may be written."""

    demands = SHORT

    def __init__(self, site: Site, fault: Fault | None = None) -> None:
        """`fault` is a partition by default."""
        super().__init__(site)
        self._fault = fault or Partition(site)
        self._site = site
        self._nodes = site.nodes
        self._kept: dict[str, bytes] = {}

    @contextmanager
    def set(self, pair: Pair) -> Iterator[None]:
        """Restart both nodes with the short heartbeat; files are restored, nodes keep it until a start."""
        restart = RestartOfBoth(self._site, between=self._shorten, ending=Ending.KILL)
        try:
            restart.inject(pair)
            restart.heal()
            yield
        finally:
            with ExitStack() as each:
                for node in self._nodes:
                    if node.name in self._kept:
                        each.callback(node.access.write, HAZELCAST, self._kept.pop(node.name))

    def inject(self, pair: Pair) -> Injected:
        """Inject the other fault. Proof: both logs say that the other member left."""
        marks = [(node, node.log.mark()) for node in self._nodes]
        took = self._fault.inject(pair)
        noticed = [self._noticed(node, mark, took.at_wall) for node, mark in marks]
        settings = "Hazelcast's heartbeat set to 10 s, its merge to 5 s"
        return Injected(took.at_wall, f"{took.text}; {settings}; {', '.join(noticed)}")

    def heal(self) -> str:
        """Heal the other fault. Hazelcast merges some seconds later."""
        return self._fault.heal()

    def _noticed(self, node: Node, mark: LogMark, since: float) -> str:
        try:
            seen = node.log.wait_for(r"^Member left ", after=mark, deadline=deadlines.NOTICED)
        except NotSeen as problem:
            raise not_taken(f"{node.name} did not notice it: {problem}") from None
        return f"{node.name} noticed within {self._clock.wall() - since:.1f} s ({seen.event.place})"

    def _shorten(self) -> None:
        for node in self._nodes:
            self._kept[node.name] = hazelcast_properties(node.access)
            lines = "".join(f"\n{key}={value}" for key, value in SHORT.items())
            node.access.write(HAZELCAST, self._kept[node.name] + f"{lines}\n".encode())
