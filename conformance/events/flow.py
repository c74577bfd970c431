"""A steady flow of events to one or both nodes, like that of clients who keep sending while something breaks."""

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

#: Events a second to each target: enough to show a gap of a second, few enough to know their order.
RATE = 10.0


class Named(Protocol):
    """A target of events."""

    @property
    def name(self) -> str:
        """Names the sending thread."""


Target = TypeVar("Target", bound=Named)
#: Sends the next event to a node and returns the result; must be safe to call from several threads.
Send = Callable[["Node"], SentEvent]
#: Watches the batch until all events are everywhere or nothing more came for so long; returns what is recorded.
Follow = Callable[[Batch, Deadline], dict[str, Any]]


_Self = TypeVar("_Self", bound="Senders[Any]")


class Senders(Generic[Target]):
    """One thread per target, so that a node that does not answer blocks only its own clients.

    If a node misses slots because it does not answer, they are not made up for: the rate is an upper limit.
    """

    def __init__(
        self, targets: Sequence[Target], send: Callable[[Target], SentEvent], rate: float, clock: Clock
    ) -> None:
        """`rate` is events a second to each target; the targets take turns."""
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
        """Start to send."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Stop sending; returns when the last answer, or its timeout, is in. May be called twice."""
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
        """The events sent so far, by number."""
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
    """Events sent to the receivers of nodes, and what became of them."""

    def __init__(
        self,
        targets: Sequence[Node],
        send: Send,
        follow: Follow,
        rate: float,
        clock: Clock,
        count: Callable[[], int],
        keep: Callable[[Node], None] = lambda _: None,
    ) -> None:
        """`count` returns how many events are stored, for the progress display. `keep` is the method of that name."""

        def shown(node: Node) -> SentEvent:
            event = send(node)
            PROGRESS.sent(event.accepted)
            return event

        super().__init__(targets, shown, rate, clock)
        self._follow = follow
        self._shown = ExitStack()
        self._count = count
        #: Takes what a node that is down wrote so far as all that it wrote, as its files may change when it starts.
        self.keep = keep

    def start(self) -> None:
        """Start to send, and to show progress."""
        self._shown.enter_context(PROGRESS.following(self._count))
        super().start()

    def stop(self) -> None:
        """Stop sending; returns when the last answer, or its timeout, is in. May be called twice."""
        self._shown.close()
        super().stop()

    def settle(self, quiet: Deadline) -> EventTrace:
        """After `stop`: watch the accepted events until they are everywhere, or nothing more came for `quiet`.

        EvidenceError if none of the accepted events was traced anywhere.
        """
        return EventTrace.from_json(self._follow(self.batch, quiet))
