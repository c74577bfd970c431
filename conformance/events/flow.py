"""A steady flow of events to one or both nodes, as clients send while something breaks."""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any, Generic, Protocol, TypeVar

from conformance.deadlines import Deadline
from conformance.events.batch import Batch, SentEvent
from conformance.events.event_trace import EventTrace
from conformance.node.node import Node
from conformance.progress.stream import PROGRESS
from conformance.waiting import Clock

#: Events a second to each target: enough that a gap of a second shows, slow enough that their order is known.
RATE = 10.0


class Named(Protocol):
    """Something that events are sent to."""

    @property
    def name(self) -> str:
        """For the thread that sends."""


Target = TypeVar("Target", bound=Named)
#: Sends the next event to a node and tells what came of it; must be safe to call from several threads.
Send = Callable[["Node"], SentEvent]
#: Follows the batch to every hop until all is there or nothing more came for so long; the passage as it is recorded.
Follow = Callable[[Batch, Deadline], dict[str, Any]]


_Self = TypeVar("_Self", bound="Senders[Any]")


class Senders(Generic[Target]):
    """One thread for each target, so that a node that does not answer blocks its own clients only.

    A slot that was missed because the node did not answer is not made up for: the rate is a bound.
    """

    def __init__(
        self, targets: Sequence[Target], send: Callable[[Target], SentEvent], rate: float, clock: Clock
    ) -> None:
        """`rate` is events a second to each target; the targets' slots lie between one another."""
        self._send = send
        self._pause = 1 / rate
        self._clock = clock
        self._events: list[SentEvent] = []
        self._lock = threading.Lock()
        self._ended = threading.Event()
        shift = self._pause / len(targets)
        self._threads = [
            threading.Thread(target=self._run, args=(node, number * shift), name=f"flow to {node.name}", daemon=True)
            for number, node in enumerate(targets)
        ]

    def start(self) -> None:
        """Begin to send."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Send no more; returns when the last answer, or its time-out, is in. May be called twice."""
        self._ended.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def __enter__(self: _Self) -> _Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def batch(self) -> Batch:
        """What was sent so far, in the order of the events' numbers."""
        with self._lock:
            return Batch(tuple(sorted(self._events, key=lambda event: event.seq)))

    def _run(self, node: Target, delay: float) -> None:
        due = self._clock.monotonic() + delay
        while not self._ended.wait(max(0.0, due - self._clock.monotonic())):
            event = self._send(node)
            with self._lock:
                self._events.append(event)
            due = max(due + self._pause, self._clock.monotonic())


class Flow(Senders["Node"]):
    """Events to the receivers of nodes, and what became of them."""

    def __init__(
        self,
        targets: Sequence[Node],
        send: Send,
        follow: Follow,
        rate: float,
        clock: Clock,
        count: Callable[[], int],
    ) -> None:
        """`count` tells how many events are stored, for who looks on."""

        def shown(node: Node) -> SentEvent:
            event = send(node)
            PROGRESS.sent(event.accepted)
            return event

        super().__init__(targets, shown, rate, clock)
        self._follow = follow
        self._shown = ExitStack()
        self._count = count

    def start(self) -> None:
        """Begin to send, and to tell who looks on."""
        self._shown.enter_context(PROGRESS.following(self._count))
        super().start()

    def stop(self) -> None:
        """Send no more; returns when the last answer, or its time-out, is in. May be called twice."""
        self._shown.close()
        super().stop()

    def settle(self, quiet: Deadline) -> EventTrace:
        """When it was stopped: follow what was accepted until it is everywhere, or nothing more came for `quiet`.

        EvidenceError when not one of the accepted events was traced anywhere.
        """
        return EventTrace.from_json(self._follow(self.batch, quiet))
