"""The stream of progress records: everything is reported here once, and every view shows the same."""

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import Any, Protocol

from conformance.deadlines import Deadline
from conformance.errors import ConformanceError
from conformance.progress.state import State
from conformance.text.printable import cut, one_line
from conformance.waiting import SYSTEM, Clock

#: Maximum characters of a text; seconds after which a wait is reported; seconds between looks and signs of life.
LONGEST, WORTH, LOOK, ALIVE = 300, 1.0, 0.5, 15.0
#: Seconds between two counts of stored events.
COUNT = 2.0


class View(Protocol):
    """Shows the stream; called from any thread, with the stream locked."""

    def record(self, record: dict[str, Any], state: State) -> None:
        """A new record, already included in the state."""

    def look(self, state: State, now: float) -> None:
        """Some time has passed."""

    def close(self) -> None:
        """The stream has ended."""


class Stream:
    """Without a view, records are dropped. Texts are cleaned before views get them."""

    def __init__(self, clock: Clock = SYSTEM) -> None:
        self.state = State()
        self.clean: Callable[[str], str] = one_line
        #: The context of a scenario by name, from the plan of the run.
        self.steps: Callable[[str], AbstractContextManager[None]] | None = None
        self._clock = clock
        self._views: list[View] = []
        self._lock = threading.RLock()
        self._ended = threading.Event()
        self._ticker: threading.Thread | None = None
        self._waits: list[list[Any]] = []
        self._counts = [0, 0]
        self._stored: float | None = None
        self._counted_at = 0.0
        self._flows = 0
        #: The thread that counts stored events; its waits are not shown.
        self._counter = 0

    @property
    def on(self) -> bool:
        """Whether there is a view."""
        return bool(self._views)

    @property
    def lock(self) -> threading.RLock:
        """Locked while views draw."""
        return self._lock

    def show(self, *views: View) -> None:
        """Add views; a thread calls their `look` regularly."""
        with self._lock:
            self._views += views
        if self._views and self._ticker is None:
            self._ended.clear()
            self._ticker = threading.Thread(target=self._tick, name="progress", daemon=True)
            self._ticker.start()

    def close(self) -> None:
        """Close the views; may be called twice."""
        self._ended.set()
        ticker, self._ticker = self._ticker, None
        if ticker and ticker is not threading.current_thread():
            ticker.join()
        with self._lock:
            self._to_all(lambda view: view.close())
            self._views = []
        self.state, self._waits, self.steps, self.clean = State(), [], None, one_line

    def add(self, kind: str, **fields: Any) -> None:
        """Add a record with the current time."""
        if not self._views:
            return
        cleaned = {name: self._cleaned(value) for name, value in fields.items() if value is not None}
        record = {"at": round(self._clock.wall(), 3), "kind": kind, **cleaned}
        with self._lock:
            self.state.take(record)
            self._to_all(lambda view: view.record(record, self.state))

    def scenario(self, name: str) -> AbstractContextManager[None]:
        """The context of a running scenario."""
        return self.steps(name) if self.steps else nullcontext()

    def did(self, text: str, seconds: float | None = None) -> None:
        """Report an action on a node, or a phase reached after this many seconds."""
        self.add("did", text=text, seconds=seconds)

    def wait_started(self, what: str, deadline: Deadline) -> None:
        """See conformance.waiting.WaitListener."""
        if threading.get_ident() == self._counter:
            return
        with self._lock:
            self._waits.append([threading.get_ident(), what, self._clock.wall(), deadline, False])

    def wait_ended(self, what: str, seconds: float, seen: bool) -> None:
        """See conformance.waiting.WaitListener."""
        with self._lock:
            mine = threading.get_ident()
            found = next((one for one in reversed(self._waits) if one[:2] == [mine, what]), None)
            if found is None:
                return
            self._waits.remove(found)
            if found[-1]:
                self.add("waited", what=what, seconds=round(seconds, 3), seen=seen)

    def sent(self, accepted: bool) -> None:
        """Count an event sent by a flow."""
        self._counts[0] += 1
        self._counts[1] += accepted

    @contextmanager
    def following(self, count: Callable[[], int]) -> Iterator[None]:
        """Events flow inside this context; `count` returns the number of stored ones and runs in its own thread."""
        if not self._views:
            yield
            return
        ended = threading.Event()
        threading.Thread(target=self._count, args=(count, ended), name="stored events", daemon=True).start()
        self._counts, self._counted_at, self._flows = [0, 0], self._clock.monotonic(), self._flows + 1
        try:
            yield
        finally:
            ended.set()
            self._flows -= 1

    def _count(self, count: Callable[[], int], ended: threading.Event) -> None:
        self._counter = threading.get_ident()
        before: tuple[float, int] | None = None
        while not ended.wait(COUNT):
            now: tuple[float, int] | None = None
            # Without an answer the number is unknown.
            with suppress(ConformanceError):
                now = self._clock.monotonic(), count()
            if before and now and now[0] > before[0]:
                self._stored = (now[1] - before[1]) / (now[0] - before[0])
            else:
                self._stored = None
            before = now

    def _tick(self) -> None:
        shown = self._clock.monotonic()
        while not self._ended.wait(LOOK):
            with self._lock:
                self._tell_waits()
                now = self._clock.monotonic()
                if self._flows and now - self._counted_at >= COUNT:
                    sent, accepted = (count / (now - self._counted_at) for count in self._counts)
                    self._counts, self._counted_at = [0, 0], now
                    stored = None if self._stored is None else round(self._stored, 1)
                    self.add("events", sent=round(sent, 1), accepted=round(accepted, 1), stored=stored)
                if now - shown >= ALIVE:
                    shown = now
                    self.add("alive")
                self._to_all(lambda view: view.look(self.state, self._clock.wall()))

    def _to_all(self, show: Callable[[View], None]) -> None:
        """Call each view. A failing view is removed: a display must not break a run."""
        for view in tuple(self._views):
            try:
                show(view)
            except Exception:
                self._views.remove(view)

    def _tell_waits(self) -> None:
        now = self._clock.wall()
        for wait in self._waits:
            if not wait[-1] and now - wait[2] >= WORTH:
                wait[-1] = True
                until = wait[3].limit if wait[3].late != wait[3].limit else None
                self.add("wait", what=wait[1], since=round(wait[2], 3), limit=wait[3].late, until=until)

    def _cleaned(self, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        return cut(self.clean(value), LONGEST - 2)


#: The stream of this process.
PROGRESS = Stream()
