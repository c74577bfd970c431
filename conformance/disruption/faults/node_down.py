"""A node goes down with its JVM and Spark executors: killed, as in a power failure, or stopped gracefully."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum
from typing import NamedTuple

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.disruption.faults.fault import not_taken
from conformance.errors import ConformanceError, EvidenceError, NotSeen
from conformance.evidence.observation import Json
from conformance.evidence.recorded import Recorded
from conformance.evidence.witness import Witness
from conformance.node import thread_dump
from conformance.node.log.carbon_log import Sighting
from conformance.node.log.follower import LogFollower, LogMark
from conformance.node.log.ready_lines import ACTIVE, PASSIVE, WAITS_FOR_PEERS, awaited_peers
from conformance.node.node import Node
from conformance.node.written import standard_output
from conformance.progress.stream import PROGRESS
from conformance.waiting import SYSTEM, Clock, wait_for

#: Says that a start is complete; the last line of every start (docs/product/logs.md#lines-of-a-start).
READY_LINE = r"^Mgt Console URL"
#: The ready line, or the line of a start that waits for its peer.
UP_OR_WAITING = rf"{READY_LINE}|^{WAITS_FOR_PEERS}"
#: The same, or the role: a peer started from now on does not change it.
WITH_ROLE = rf"^{ACTIVE}|^{PASSIVE}|{UP_OR_WAITING}"


class Ending(Enum):
    """How a node goes down."""

    KILL = "SIGKILL"
    STOP = "SIGTERM"


@dataclass(frozen=True)
class NodeGone(Recorded):
    """Proof that a node is down: when the signal was sent (both clocks, seconds), ended processes, refusing ports.

    `gone_after`: seconds until the processes were seen to be gone; a killed process died at some time before that.
    """

    node: str
    signal: str
    killed: bool
    at_wall: float
    at_monotonic: float
    gone_after: float
    pids: tuple[int, ...]
    refusing: tuple[int, ...]
    #: If a stop took long: the JVM's shutdown hooks that had not returned, and where they waited.
    hooks: tuple[str, ...] = ()

    @property
    def uncertainty(self) -> float:
        """Seconds by which a kill may lag behind its order. A graceful stop begins with the order."""
        return self.gone_after if self.signal == Ending.KILL.value else 0.0

    def __str__(self) -> str:
        hung = f", SIGKILL when it still hung after {deadlines.GRACEFUL_STOP.limit:g} s" if self.killed else ""
        waited = f"; its JVM had waited for the shutdown hooks {', '.join(self.hooks)}" if self.hooks else ""
        return (
            f"{self.node}: {self.signal}{hung} to {len(self.pids)} processes {list(self.pids)}, all gone after "
            f"{self.gone_after:.3f} s, no one listens on ports {list(self.refusing)}{waited}"
        )


class Started(NamedTuple):
    """A start in progress: its process, when it began (both clocks), and where the log ended before it."""

    pid: int
    at_wall: float
    at_monotonic: float
    before: LogMark


class Healed(NamedTuple):
    """The node runs again: its new process, when it was started (both clocks), and the log line that says it is ready.

    `before` marks where its log ended before the start.
    """

    node: str
    pid: int
    started_wall: float
    started_monotonic: float
    before: LogMark
    ready: Sighting


class NodeDown:
    """Takes the given node down and brings it back."""

    def __init__(self, node: Node, witness: Witness, ending: Ending = Ending.KILL, *, clock: Clock = SYSTEM) -> None:
        self.node = node
        self._witness = witness
        self._ending = ending
        self._clock = clock

    def inject(self) -> NodeGone:
        """Take the node down and wait for it. EvidenceError if it did not run, keeps running or a port stays open."""
        recorded = self._witness.ask(self.node.name, f"{self._ending.value} of the node", self._inject, fresh=True)
        PROGRESS.did(f"{self.node.name} {self._ending.value}, gone after", recorded["gone_after"])
        return NodeGone.from_json(recorded)

    def bring_back(self) -> Healed:
        """Start the node and wait until it is ready. NotSeen if it is not ready within the deadline."""
        return self.ready(self.start())

    def start(self) -> Started:
        """Start the node; returns once it has a process. EvidenceError if it gets none."""
        before = self.node.log.mark()
        begun = self._witness.ask(self.node.name, f"start after {self._ending.value}", self._start, fresh=True)
        return Started(begun["pid"], begun["at_wall"], begun["at_monotonic"], before)

    def up_or_waiting(self, started: Started) -> str:
        """Wait until the node is up or waits for its peer. Returns "" if it is up, else the line that says it waits.

        After a kill, by which nothing but the loss is judged, its role is enough. A node that logs nothing of this in
        time may need its peer too; the result then says so.
        """
        line = WITH_ROLE if self._ending is Ending.KILL else UP_OR_WAITING
        try:
            seen = self.node.log.wait_for(line, after=started.before, deadline=deadlines.PEER_NEEDED)
        except NotSeen:
            return f"neither up nor waiting for anything that its log names, after {deadlines.PEER_NEEDED.limit:g} s"
        return awaited_peers(seen.event.first)

    def ready(self, started: Started) -> Healed:
        """Wait until the node is ready. NotSeen, with what it waits for, if it is not ready within the deadline."""
        try:
            ready = self.node.log.wait_for(READY_LINE, after=started.before, deadline=deadlines.REJOIN)
        except NotSeen as problem:
            raise NotSeen(f"{problem}{self._waiting(started)}") from None
        return Healed(self.node.name, started.pid, started.at_wall, started.at_monotonic, started.before, ready)

    def _waiting(self, started: Started) -> str:
        """Return a text for a message if the node waits for its peer; "" if its log does not say so."""
        follower = LogFollower(self.node.access, started.before)
        with suppress(OSError, EvidenceError):
            follower.poll()
        waits = awaited_peers("\n".join(event.first for event in follower.events))
        return f"; it says {waits!r}: see taskServerCount in repository/conf/etc/tasks-config.xml" if waits else ""

    def revive(self) -> None:
        """Start the node if it is down, after a scenario failed. Errors are ignored, as that failure is reported."""
        if self.node.access.pid() is None:
            with suppress(AssertionError, ConformanceError):
                self.bring_back()

    def _inject(self) -> Json:
        access = self.node.access
        before = _pids(self.node)
        if not before or access.pid() is None:
            raise EvidenceError(
                f"{self.node.name}: nothing to take down, the node does not run", "start the deployment first"
            )
        at_wall, at_monotonic = self._clock.wall(), self._clock.monotonic()
        try:
            killed, hooks = self._take_down()
        except NotSeen as problem:
            raise not_taken(problem) from None
        ports = access.spec.https, access.spec.hazelcast_port, access.spec.event_sync

        def left() -> set[int]:
            return _pids(self.node) & before

        self._prove("end of its processes", lambda: not left(), lambda: f"still there: {sorted(left())}")
        gone_after = round(self._clock.monotonic() - at_monotonic, 3)
        self._prove("refusal by its ports", lambda: not self._answering(ports), lambda: str(self._answering(ports)))
        pids, name, signal = tuple(sorted(before)), self.node.name, self._ending.value
        gone = NodeGone(name, signal, killed, at_wall, at_monotonic, gone_after, pids, ports, tuple(hooks))
        return gone.as_json()

    def _take_down(self) -> tuple[bool, list[str]]:
        """Whether a stop hung, so that the node was killed, and the hooks that delayed it. NotSeen if it lives on."""
        if self._ending is Ending.KILL:
            self.node.access.kill()
            return False, []
        self.node.access.stop()
        if self._ended_within(deadlines.LONG_STOP):
            return False, []
        hooks = thread_dump.hooks(self._thread_dump())
        rest = deadlines.GRACEFUL_STOP.seconds - deadlines.LONG_STOP.seconds
        if self._ended_within(deadlines.GRACEFUL_STOP.within(rest, deadlines.GRACEFUL_STOP.reason)):
            return False, hooks
        self.node.access.kill()
        return True, hooks

    def _ended_within(self, limit: Deadline) -> bool:
        what = f"{self.node.name}: end of all processes after SIGTERM"
        try:
            # A host that ends together with its node may give various errors until it is gone.
            wait_for(what, lambda: not _pids(self.node), limit, poll=0.1, clock=self._clock, ignoring=(EvidenceError,))
        except NotSeen:
            return False
        return True

    def _thread_dump(self) -> str:
        """What the JVM's threads do while it does not end, kept as evidence; "" if its output is not kept."""
        access = self.node.access

        def dump() -> str:
            before = len(standard_output(access))
            with suppress(ConformanceError, OSError, NotSeen):
                access.dump_threads()
                return wait_for(
                    f"{self.node.name}: thread dump",
                    lambda: thread_dump.newest(standard_output(access)[before:]),
                    deadlines.LOG_LINE_WHOLE,
                    poll=0.1,
                    clock=self._clock,
                )
            return ""

        return str(self._witness.ask(self.node.name, "threads during a long stop", dump, fresh=True))

    def _start(self) -> Json:
        at_wall, at_monotonic = self._clock.wall(), self._clock.monotonic()
        self.node.access.start()
        what = f"{self.node.name}: a process after its start"
        try:
            pid = wait_for(what, self.node.access.pid, deadlines.NODE_LISTENS, clock=self._clock)
        except NotSeen as problem:
            raise EvidenceError(str(problem), "look into its console log") from None
        # Before the settings files can change again.
        self.node.settings.note()
        return {"pid": pid, "at_wall": at_wall, "at_monotonic": at_monotonic}

    def _prove(self, what: str, fact: Callable[[], bool], last: Callable[[], str]) -> None:
        deadline: Deadline = deadlines.NODE_GONE
        try:
            wait_for(f"{self.node.name}: {what}", fact, deadline, clock=self._clock, last=last)
        except NotSeen as problem:
            raise not_taken(problem) from None

    def _answering(self, ports: tuple[int, ...]) -> list[int]:
        return [port for port in ports if not self.node.access.closed(port)]


def _pids(node: Node) -> set[int]:
    return {int(process["pid"]) for process in node.access.processes()}
