"""An outage: the pair is proven whole, broken for a while under load, healed, and proven whole again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack, nullcontext, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance import deadlines
from conformance.errors import EvidenceError, NotSeen
from conformance.events.passage import Passage
from conformance.events.stored import StoredIds
from conformance.failover.scenario import master_status, node_id
from conformance.faults.fault import Fault, Took, healed_if_it_breaks
from conformance.node.log.roles import Role
from conformance.node.spark.query import QueryRefused
from conformance.node.spark.worker_exit import worker_exit
from conformance.outages.record import NodeState, OutageRecord
from conformance.waiting import SYSTEM, Clock, answering, wait_for

if TYPE_CHECKING:
    from conformance.deadlines import Deadline
    from conformance.events.lab_events import LabEvents
    from conformance.evidence.witness import Witness
    from conformance.node.settings_in_force import Settings
    from conformance.node.spark.table import SparkTable
    from conformance.outages.heartbeat import ShortHeartbeat
    from conformance.soundness import Pair, Soundness

Rows = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Lab:
    """What every outage works on."""

    soundness: Soundness
    events: LabEvents
    table: SparkTable
    witness: Witness
    report: list[dict[str, Any]]
    clock: Clock = SYSTEM


class Outage:
    """Happens once per run, when its record is first asked for."""

    def __init__(
        self,
        name: str,
        lab: Lab,
        fault: Fault,
        held: Deadline,
        *,
        setting: ShortHeartbeat | None = None,
        under_load: bool = True,
    ) -> None:
        """`held` is how long it stays broken; with `under_load` clients send to both nodes from before to after it.

        `setting` changes the whole cluster first, which is proven whole again before it is broken, and takes the change
        back when it is healed or when anything goes wrong. What it demands must be in force when the fault is injected.
        """
        self.name = name
        self._lab = lab
        self._fault = fault
        self._held = held
        self._setting = setting
        self._under_load = under_load

    @property
    def record(self) -> OutageRecord:
        """What happened. The first call breaks and heals; later ones, and replays, only read.

        EvidenceError when the cluster was not whole beforehand, or when the fault did not take or did not heal.
        """
        told = self._lab.witness.ask("cluster", f"outage {self.name}", lambda: self._run().as_json())
        record = OutageRecord.from_json(told)
        if self.name not in {one["name"] for one in self._lab.report}:
            self._lab.report.append(record.summary())
        return record

    def _run(self) -> OutageRecord:
        lab, begun, nodes = self._lab, self._lab.clock.wall(), self._lab.soundness.nodes
        restored, gave_up = len(lab.soundness.restored), len(lab.soundness.gave_up)
        pair = lab.soundness.proven(f"before {self.name}")
        with ExitStack() as settings:
            if self._setting:
                settings.enter_context(self._setting.set(pair))
                pair = lab.soundness.proven(f"before {self.name}, prepared")
            in_force = self._in_force()
            before = {node.name: (node.access.pid(), node_id(node)) for node in nodes}
            rows_before = self._rows(pair)
            known = len(lab.soundness.repairs)
            flow = lab.events.flow(nodes, watching=nodes) if self._under_load else None
            with flow or nullcontext():
                stored = lab.events.stored()
                took, healing, healed = self._broken_and_healed(pair)
                self._pause(deadlines.AFTER_HEALING)
                self._until_one_is_active()
            # As the healing alone left it: a repair would hide what has become of the roles.
            pids = {node.name: node.access.pid() for node in nodes}
            roles = {node.name: node.role_history.current for node in nodes}
            settled, masters = lab.clock.wall(), {node.name: master_status(node) for node in nodes}
            exits = [text for text in map(worker_exit, nodes) if text]
            notes = [*self._notes(took, masters), *exits]
        passage = flow.settle(deadlines.EVENT_CAUGHT_UP) if flow else None
        repairs, whole = self._whole_again(known)
        stored_after = lab.events.stored()
        return OutageRecord(
            self.name,
            took.text,
            healing,
            begun,
            took.at_wall,
            healed,
            settled,
            lab.clock.wall(),
            {
                node.name: NodeState(
                    before[node.name][0],
                    pids[node.name],
                    before[node.name][1],
                    node_id(node),
                    node.role_history.current,
                    roles[node.name],
                )
                for node in nodes
            },
            tuple(change for node in nodes for change in node.role_history.changes),
            _stored_in_the_end(passage, stored_after) if passage else None,
            StoredIds(tuple(stored), tuple(stored_after)),
            {"before": rows_before, "after": self._rows(whole)},
            tuple(repairs),
            tuple(notes),
            masters,
            in_force,
            tuple(lab.soundness.restored[restored:]),
            (*exits, *(repairs if exits else ()), *lab.soundness.gave_up[gave_up:]),
        )

    def _in_force(self) -> dict[str, Settings]:
        """What each node's process works with. EvidenceError when that is not what the outage is to be judged under."""
        found = {node.name: node.settings.of_process() for node in self._lab.soundness.nodes}
        demands = self._setting.demands if self._setting else {}
        wrong = [node.settings.stale for node in self._lab.soundness.nodes]
        wrong += [
            f"{name} runs with {key} {settings[key]}, expected {value}"
            for name, settings in found.items()
            for key, value in demands.items()
            if key in settings and settings[key] != value
        ]
        if any(wrong):
            raise EvidenceError(f"{self.name}: {'; '.join(filter(None, wrong))}", "nothing is judged from it")
        return found

    def _broken_and_healed(self, pair: Pair) -> tuple[Took, str, float]:
        with healed_if_it_breaks(self._fault.heal, self._lab.soundness.deployment):
            took = self._fault.inject(pair)
            self._pause(self._held)
        healing = self._fault.heal()
        return took, healing, self._lab.clock.wall()

    def _until_one_is_active(self) -> None:
        """A node that took itself down is followed by its peer; what does not come is for the record to tell."""

        def one_active() -> bool:
            running = [node for node in self._lab.soundness.nodes if node.access.pid() is not None]
            return [node.role_history.current for node in running].count(Role.ACTIVE) == 1

        with suppress(NotSeen):
            wait_for("one active node", one_active, deadlines.PROMOTION, poll=1, clock=self._lab.clock)

    def _pause(self, how_long: Deadline) -> None:
        with answering(how_long.name, how_long, self._lab.clock):
            self._lab.clock.sleep(how_long.limit)

    def _whole_again(self, known: int) -> tuple[list[str], Pair | None]:
        """Repairs but those `known` before, and the whole pair: None when it is not whole even then, which is told."""
        try:
            pair = self._lab.soundness.proven(f"after {self.name}", as_deployed=False)
        except EvidenceError as problem:
            return [*self._lab.soundness.repairs[known:], str(problem)], None
        return self._lab.soundness.repairs[known:], pair

    def _rows(self, pair: Pair | None) -> Rows:
        """The suite's Spark table as the active node gives it; no rows when it does not: CON-03 says why.

        Asked only around an outage without load, which is judged by them: the first query of a console takes long.
        """
        if pair is None or self._under_load:
            return ()
        try:
            return self._lab.table.visible(pair.active.new_console().query, self._lab.clock).rows
        except (QueryRefused, EvidenceError, AssertionError):
            return ()

    def _notes(self, took: Took, masters: Mapping[str, str]) -> list[str]:
        """What the nodes did from the fault on, in the order of time, and what the healing alone did not mend."""
        nodes = self._lab.soundness.nodes
        changes = sorted(
            (change for node in nodes for change in node.role_history.changes if change.at_wall >= took.at_wall),
            key=lambda change: change.at_wall,
        )
        told = [
            f"{change.node} became {change.role.value} {change.at_wall - took.at_wall:.1f} s after the fault"
            for change in changes
            if change.role is not Role.NONE
        ]
        seconds = int(self._lab.clock.wall() - took.at_wall)
        down = [
            f"{node.name} TOOK ITSELF DOWN: it does not run {seconds} s after the fault, and must be started again"
            for node in nodes
            if node.access.pid() is None
        ]
        statuses = ", ".join(f"{name} {status}" for name, status in masters.items())
        spark = [] if list(masters.values()).count("ALIVE") == 1 else [f"Spark masters before any repair: {statuses}"]
        return [*(told or ["no node changed its role"]), *down, *spark]


def _stored_in_the_end(passage: Passage, stored: Sequence[str]) -> Passage:
    """The same events with the rows that they have now: what waited behind a silent database may be written late."""
    mine = set(passage.batch.sent)
    return Passage.from_json({**passage.told, "stored": [one for one in stored if one in mine]})
