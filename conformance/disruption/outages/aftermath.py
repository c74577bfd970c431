"""Records the state that healing alone left, once and before any repair, which would hide what became of the roles."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple

from conformance import deadlines
from conformance.disruption.site import master_status
from conformance.errors import NotSeen
from conformance.node.checks.worker_exit import worker_exit
from conformance.node.log.roles import Role
from conformance.node.node import Node
from conformance.waiting import Clock, pause, wait_for


class Left(NamedTuple):
    """At `at_wall`: each node's process id and role, Spark's masters, and nodes that their Spark worker took down."""

    at_wall: float
    pids: Mapping[str, int | None]
    roles: Mapping[str, Role]
    masters: Mapping[str, str]
    exits: tuple[str, ...]
    notes: tuple[str, ...]


class Aftermath:
    """Looks at the nodes once, no earlier than deadlines.AFTER_HEALING after `healed_wall`."""

    def __init__(self, nodes: Sequence[Node], fault_wall: float, healed_wall: float, clock: Clock) -> None:
        self._nodes = nodes
        self._fault_wall = fault_wall
        self._healed_wall = healed_wall
        self._clock = clock
        self._left: Left | None = None

    def look(self) -> Left:
        """The state left; the first call waits until it is time to look and until one node is active."""
        if self._left is None:
            pause(deadlines.AFTER_HEALING, self._clock, since=self._healed_wall)
            self._until_one_is_active()
            pids = {node.name: node.access.pid() for node in self._nodes}
            roles = {node.name: node.role_history.current for node in self._nodes}
            at, masters = self._clock.wall(), {node.name: master_status(node) for node in self._nodes}
            exits = tuple(one.text for one in map(worker_exit, self._nodes) if one)
            self._left = Left(at, pids, roles, masters, exits, (*self._notes(masters), *exits))
        return self._left

    def _until_one_is_active(self) -> None:
        """If a node took itself down, wait until its peer is active. If that does not happen, the record shows it."""

        def one_active() -> bool:
            running = [node for node in self._nodes if node.access.pid() is not None]
            return [node.role_history.current for node in running].count(Role.ACTIVE) == 1

        with suppress(NotSeen):
            wait_for("one active node", one_active, deadlines.PROMOTION, poll=1, clock=self._clock)

    def _notes(self, masters: Mapping[str, str]) -> list[str]:
        """What the nodes did since the fault, in order of time, and what healing alone did not repair."""
        changes = sorted(
            (change for node in self._nodes for change in node.role_history.changes), key=lambda change: change.at_wall
        )
        did = [
            f"{change.node} became {change.role.value} {change.at_wall - self._fault_wall:.1f} s after the fault"
            for change in changes
            if change.role is not Role.NONE and change.at_wall >= self._fault_wall
        ]
        seconds = int(self._clock.wall() - self._fault_wall)
        down = [
            f"{node.name} TOOK ITSELF DOWN: it does not run {seconds} s after the fault, and must be started again"
            for node in self._nodes
            if node.access.pid() is None
        ]
        statuses = ", ".join(f"{name} {status}" for name, status in masters.items())
        spark = [] if list(masters.values()).count("ALIVE") == 1 else [f"Spark masters before any repair: {statuses}"]
        return [*(did or ["no node changed its role"]), *down, *spark]
