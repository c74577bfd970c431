"""Sends events through the lab's receiver and follows them to the plans, the publishers and the record store."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from conformance import deadlines
from conformance.database.record_store import RecordTable
from conformance.deadlines import Deadline
from conformance.deployment.interface import NodeAccess
from conformance.errors import NotSeen
from conformance.events import flow
from conformance.events.artifacts import RECEIVER
from conformance.events.batch import Batch, SentEvent, value_of
from conformance.events.event_trace import EventTrace, NodeTrace
from conformance.events.traces import TRACE_FILES, outputs_in
from conformance.evidence.witness import Witness
from conformance.node.log.event import decode
from conformance.node.log.follower import LOG_PATH
from conformance.node.node import Node
from conformance.node.services.receiver import EventReceiver
from conformance.node.written import size_now
from conformance.waiting import SYSTEM, Clock, answering, pause, wait_for

#: Files that contain traces of events, relative to a home.
FILES = (*TRACE_FILES, LOG_PATH)
#: Events a second: slow enough that each is processed before the next, so that order and window are known.
RATE = 20.0
#: Events per sample.
SAMPLE = 20


class NumberedEvents:
    """Events of a session that are stored in one table, numbered in one sequence."""

    def __init__(self, table: RecordTable, witness: Witness, clock: Clock = SYSTEM) -> None:
        self._table = table
        self._witness = witness
        self._clock = clock
        self._run_id = uuid.uuid4().hex[:8]
        self._next = 0
        self._lock = threading.Lock()

    def _number(self) -> int:
        with self._lock:
            self._next += 1
            return self._next - 1


class LabEvents(NumberedEvents):
    """The one sequence lets the plan's window always hold known values."""

    @property
    def sent(self) -> int:
        """How many events were sent so far, to any node."""
        return self._next

    def send(self, to: Node, count: int, *, watching: Sequence[Node], rate: float = RATE) -> EventTrace:
        """Send `count` events to one node at `rate` a second and follow the accepted ones on the nodes `watching`.

        Returns once every hop was reached or its deadline passed; the ledger shows what is missing then. EvidenceError
        if the receiver refused an event or nothing was traced at all.
        """
        return self._passage(to, count, watching, rate, fresh=True)

    def sample(self, to: Node, *, watching: Sequence[Node]) -> EventTrace:
        """Like `send` with SAMPLE events, sent only once per run to each node; later calls get the same trace."""
        return self._passage(to, SAMPLE, watching, RATE, fresh=False)

    def flow(self, targets: Sequence[Node], *, watching: Sequence[Node], rate: float = flow.RATE) -> flow.Flow:
        """A flow of `rate` events a second to each target, followed on `watching`; inside an observation."""
        readers = {node.name: AppendedTexts(node.access) for node in watching}
        receivers = {node.name: node.receiver(RECEIVER) for node in targets}

        def send(node: Node) -> SentEvent:
            return self._send_next(receivers[node.name], node.name, deadlines.FLOW_POST)

        def follow(batch: Batch, quiet: Deadline) -> dict[str, Any]:
            self._until_quiet(batch, readers, quiet)
            return self._followed(batch, readers)

        def keep(node: Node) -> None:
            readers[node.name].keep()

        return flow.Flow(targets, send, follow, rate, self._clock, lambda: self._table.count(), keep)

    def stored(self) -> list[str]:
        """Ids in the record store, oldest first, repeated if stored more than once; for use inside an observation."""
        return [str(record.values.get("id")) for record in self._table.peek()]

    def _passage(self, to: Node, count: int, watching: Sequence[Node], rate: float, *, fresh: bool) -> EventTrace:
        question = f"{count} events sent to {to.name}, watching {', '.join(node.name for node in watching)}"
        recorded = self._witness.ask("cluster", question, lambda: self._run(to, count, watching, rate), fresh=fresh)
        passage = EventTrace.from_json(recorded)
        passage.batch.demand(count)
        return passage

    def _run(self, to: Node, count: int, watching: Sequence[Node], rate: float) -> dict[str, Any]:
        readers = {node.name: AppendedTexts(node.access) for node in watching}
        batch = self._post(to, count, rate)
        self._follow(batch, readers)
        return self._followed(batch, readers)

    def _followed(self, batch: Batch, readers: dict[str, AppendedTexts]) -> dict[str, Any]:
        texts = {name: reader.read() for name, reader in readers.items()}
        return {"batch": batch.as_json(), "texts": texts, "stored": self._stored(batch)}

    def _post(self, to: Node, count: int, rate: float) -> Batch:
        receiver = to.receiver(RECEIVER)
        begin = self._clock.monotonic()
        sent = []
        for number in range(count):
            with answering("the next event's time", deadlines.EVENT_ACCEPTED, self._clock):
                self._clock.sleep(max(0.0, begin + number / rate - self._clock.monotonic()))
            sent.append(self._send_next(receiver, to.name, deadlines.EVENT_ACCEPTED))
        return Batch(tuple(sent))

    def _send_next(self, receiver: EventReceiver, node: str, deadline: Deadline) -> SentEvent:
        seq = self._number()
        name, value = f"{self._run_id}-{seq:05d}", value_of(seq)
        delivery = receiver.post({"id": name, "seq": seq, "value": value}, deadline=deadline)
        return SentEvent(name, seq, value, node, **delivery._asdict())

    def _follow(self, batch: Batch, readers: dict[str, AppendedTexts]) -> None:
        owed = set(batch.accepted)

        def seen_by_all() -> bool:
            prints = [NodeTrace.read(name, reader.read()) for name, reader in readers.items()]
            emitted = {one.id for print_ in prints for one in print_.emitted}
            return owed <= emitted and all(owed <= {one.id for one in print_.answered} for print_ in prints)

        self._await("events processed and output", seen_by_all, deadlines.EVENT_PROCESSED, 0.1)
        self._await("events stored", lambda: owed <= set(self._stored(batch)), deadlines.EVENT_STORED, 0.25)
        # A duplicate arrives late: the other node forwards the event, or it is written again.
        pause(deadlines.EVENT_SETTLED, self._clock)

    def _until_quiet(self, batch: Batch, readers: dict[str, AppendedTexts], quiet: Deadline) -> None:
        """Wait until files and table did not grow for `quiet`: some of the events may be lost for good.

        Wait less if everything is stored, or at least each node's newest accepted event: then the store works again,
        and anything missing is either dropped or delayed by TCP, which no longer wait would change.
        """
        owed = set(batch.accepted)
        newest = set({event.node: event.id for event in batch.events if event.accepted}.values())
        before: tuple[int, ...] = ()
        since = self._clock.monotonic()

        def settled() -> bool:
            nonlocal before, since
            stored = self._stored(batch)
            now = (len(stored), *(reader.traced for reader in readers.values()))
            if now != before:
                before, since = now, self._clock.monotonic()
            there = set(stored)
            patience = deadlines.EVENT_SETTLED if owed <= there else deadlines.EVENT_QUIET if newest <= there else quiet
            return self._clock.monotonic() - since >= min(patience.limit, quiet.limit)

        whole = quiet.within(quiet.seconds + deadlines.EVENT_STORED.seconds, quiet.reason)
        self._await("the end of the flow of events", settled, whole, 0.25)

    def _await(self, what: str, fact: Callable[[], bool], deadline: Deadline, poll: float) -> None:
        with suppress(NotSeen):
            wait_for(what, fact, deadline, poll=poll, clock=self._clock)

    def _stored(self, batch: Batch) -> list[str]:
        mine = set(batch.sent)
        return [one for one in self.stored() if one in mine]


class AppendedTexts:
    """What a node appends to its event files from now on; of the log only the publisher's lines."""

    def __init__(self, access: NodeAccess) -> None:
        self._access = access
        self._begin = {path: size_now(self._access, path) for path in FILES}
        self._kept: dict[str, str] | None = None

    def keep(self) -> None:
        """Take what is there now as all that the node wrote."""
        self._kept = self.read()

    def read(self) -> dict[str, str]:
        """Path to appended text: empty if the file is missing, the whole file if it was started again."""
        return self._kept or {path: self._since(path, begin) for path, begin in self._begin.items()}

    @property
    def traced(self) -> int:
        """Bytes by which the traces grew."""
        return 0 if self._kept else sum(size_now(self._access, path) - self._begin[path] for path in TRACE_FILES)

    def _since(self, path: str, begin: int) -> str:
        size = size_now(self._access, path)
        text = decode(self._access.read_from(path, begin if size >= begin else 0)) if size else ""
        return outputs_in(text) if path == LOG_PATH else text
