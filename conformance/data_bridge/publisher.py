"""A client of several nodes, whose groups of places behave like those of the vendor's client."""

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from conformance import deadlines
from conformance.data_bridge.bundle import WireEvent
from conformance.data_bridge.client import BridgeClient
from conformance.data_bridge.problems import BridgeProblem
from conformance.data_bridge.receiver_urls import Group, Spread, groups
from conformance.deadlines import Deadline
from conformance.waiting import SYSTEM, Clock

#: Returns the client of a place.
Connect = Callable[[str, int], BridgeClient]


class Delivery(NamedTuple):
    """The result of a sending to one group: the node that accepted it ("" if none did) and earlier failures."""

    node: str
    problems: tuple[str, ...] = ()


class _Place:
    """A node in its group: up, or down since a certain time."""

    def __init__(self, client: BridgeClient) -> None:
        self.client = client
        self.down_since: float | None = None


class _Group:
    def __init__(self, group: Group, connect: Connect, clock: Clock) -> None:
        self._spread = group.spread
        self._places = [_Place(connect(host, port)) for host, port in group.places]
        self._clock = clock
        self._turn = 0

    @property
    def clients(self) -> list[BridgeClient]:
        return [place.client for place in self._places]

    def publish(self, events: Sequence[WireEvent], deadline: Deadline) -> Delivery:
        """Send to a place that is up. A place that fails is skipped for a while, and the next gets the events again."""
        problems: list[str] = []
        for place in self._candidates():
            try:
                place.client.publish(events, deadline)
            except BridgeProblem as problem:
                place.client.drop()
                place.down_since = self._clock.monotonic()
                problems.append(str(problem))
            else:
                place.down_since = None
                return Delivery(place.client.address.node, tuple(problems))
        return Delivery("", tuple(problems))

    def _candidates(self) -> Iterator[_Place]:
        """The places to try in turn: those that are up; others only when they are due or nothing else is left."""
        order = self._places
        if self._spread is Spread.LOAD_BALANCED:
            order = [*order[self._turn :], *order[: self._turn]]
            self._turn = (self._turn + 1) % len(order)
        ready = [place for place in order if self._is_due(place)]
        yield from ready
        yield from (place for place in order if place not in ready)

    def _is_due(self, place: _Place) -> bool:
        since = place.down_since
        return since is None or self._clock.monotonic() - since >= deadlines.BRIDGE_RECONNECT.limit


class Publisher:
    """Not thread-safe."""

    def __init__(self, urls: str, connect: Connect, clock: Clock = SYSTEM) -> None:
        """`urls` in the format of the vendor's client. ConformanceError if they are malformed."""
        self.urls = urls
        self._groups = [_Group(group, connect, clock) for group in groups(urls)]

    @property
    def name(self) -> str:
        """The group's URLs as the user gave them."""
        return self.urls

    @property
    def clients(self) -> list[BridgeClient]:
        """One client per place of each group."""
        return [client for group in self._groups for client in group.clients]

    def publish(
        self, events: Sequence[WireEvent], deadline: Deadline = deadlines.BRIDGE_ANSWER
    ) -> tuple[Delivery, ...]:
        """Send to each group; never raises for the network: failures are in the deliveries."""
        return tuple(group.publish(events, deadline) for group in self._groups)

    def close(self) -> None:
        """End all sessions."""
        for client in self.clients:
            client.close()
