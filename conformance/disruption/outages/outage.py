"""An outage: prove that the pair is healthy, break it for a while under load, heal it, and prove its health again."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from contextvars import copy_context

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.disruption.faults.fault import Fault, Injected, PreparedFault, healed_if_it_breaks
from conformance.disruption.outages.aftermath import Aftermath
from conformance.disruption.outages.notes import LEFT
from conformance.disruption.outages.record import LATE_ROWS, NodeState, OutageRecord, stored_in_the_end
from conformance.disruption.scenario import Lab, Scenario
from conformance.disruption.site import Pair, node_id
from conformance.errors import EvidenceError, NotSeen
from conformance.events.ledger import StoredIds
from conformance.node.services.query import QueryRefused, QueryResult
from conformance.node.settings_in_force import Settings
from conformance.node.spark.table import RunQuery
from conformance.progress.stream import PROGRESS
from conformance.waiting import Clock, pause, wait_for

Rows = tuple[tuple[str, ...], ...]


class Outage(Scenario[OutageRecord]):
    """Any fault that lasts for a while, and the state after it is healed."""

    kind = "outage"

    def __init__(
        self,
        name: str,
        lab: Lab,
        fault: Fault,
        held: Deadline,
        *,
        under_load: bool = True,
        goes_on: Deadline = deadlines.CLIENTS_GO_ON,
        last: bool = False,
    ) -> None:
        """`held`: how long the fault lasts. `under_load`: clients send to both nodes until `goes_on` after healing.

        A PreparedFault first changes settings of the whole cluster. Before it is injected, the cluster must be healthy
        again and the changed settings in force. The change is undone after healing or on any error. After the `last`
        outage nothing is repaired if the nodes end with the run.
        """
        super().__init__(name, lab)
        self._fault = fault
        self._held = held
        self._setting = fault if isinstance(fault, PreparedFault) else None
        self._under_load = under_load
        self._goes_on = goes_on
        self._left_as_it_is = last and lab.health.deployment.started_here

    @property
    def counted(self) -> OutageRecord:
        """The record with rows that were stored later; best asked for after other scenarios, as it waits."""
        record = self.record
        if not record.rows_open:
            return record
        late = self._lab.witness.ask("cluster", f"{LATE_ROWS}{self.name}", lambda: self._rows_in_the_end(record))
        record = record.with_rows(late)
        report = self._lab.report
        report[:] = [record.summary() if one["name"] == self.name else one for one in report]
        return record

    _read = staticmethod(OutageRecord.from_json)

    def _run(self) -> OutageRecord:
        lab, begun, nodes = self._lab, self._lab.clock.wall(), self._lab.health.nodes
        restored, gave_up = len(lab.health.restored), len(lab.health.gave_up)
        pair = lab.health.proven(f"before {self.name}")
        with ExitStack() as settings:
            if self._setting:
                settings.enter_context(self._setting.set(pair))
                pair = lab.health.proven(f"before {self.name}, prepared")
            in_force = self._in_force()
            before = {node.name: (node.access.pid(), node_id(node)) for node in nodes}
            rows_before, none_before = self._rows(pair, lab.table.ready)
            known = len(lab.health.repairs)
            flow = lab.events.flow(nodes, watching=nodes) if self._under_load else None
            with flow or nullcontext():
                stored = lab.events.stored()
                took, healing, healed = self._broken_and_healed(pair)
                aftermath = Aftermath(nodes, took.at_wall, healed, lab.clock)
                if flow:
                    pause(self._goes_on, lab.clock, since=healed)
            with ThreadPoolExecutor(1) as pool:
                settling = pool.submit(copy_context().run, flow.settle, deadlines.EVENT_CAUGHT_UP) if flow else None
                if flow or self._left_as_it_is:
                    aftermath.look()
        passage = settling.result() if settling else None
        repairs, whole = self._whole_again(known, aftermath)
        rows_after, none_after = self._rows(whole, lab.table.kept)
        left = aftermath.look()
        stored_after = lab.events.stored()
        return OutageRecord(
            name=self.name,
            fault=took.text,
            healing=healing,
            begun_wall=begun,
            fault_wall=took.at_wall,
            healed_wall=healed,
            settled_wall=left.at_wall,
            ended_wall=lab.clock.wall(),
            nodes={
                node.name: NodeState(
                    pid_before=before[node.name][0],
                    pid_after=left.pids[node.name],
                    id_before=before[node.name][1],
                    id_after=node_id(node),
                    role_after=node.role_history.current,
                    role_healed=left.roles[node.name],
                )
                for node in nodes
            },
            changes=tuple(change for node in nodes for change in node.role_history.changes),
            flow=stored_in_the_end(passage, stored_after) if passage else None,
            stored=StoredIds(tuple(stored), tuple(stored_after)),
            rows={"before": rows_before, "after": rows_after},
            no_rows={"before": none_before, "after": none_after},
            repairs=tuple(repairs),
            notes=(*left.notes, *([LEFT] if self._left_as_it_is else [])),
            masters=left.masters,
            settings=in_force,
            restored=tuple(lab.health.restored[restored:]),
            gave_up=tuple(
                dict.fromkeys([*left.exits, *(repairs if left.exits else ()), *lab.health.gave_up[gave_up:]])
            ),
            rows_open=bool(passage and set(passage.batch.accepted) - set(stored_after)),
        )

    def _in_force(self) -> dict[str, Settings]:
        """The settings that each node's process runs with. EvidenceError if they are not what the outage demands."""
        found = {node.name: node.settings.of_process() for node in self._lab.health.nodes}
        demands = self._setting.demands if self._setting else {}
        wrong = [node.settings.stale for node in self._lab.health.nodes]
        wrong += [
            f"{name} runs with {key} {settings[key]}, expected {value}"
            for name, settings in found.items()
            for key, value in demands.items()
            if key in settings and settings[key] != value
        ]
        if any(wrong):
            raise EvidenceError(f"{self.name}: {'; '.join(filter(None, wrong))}", "nothing is judged from it")
        return found

    def _broken_and_healed(self, pair: Pair) -> tuple[Injected, str, float]:
        with healed_if_it_breaks(self._heal, self._lab.health.deployment):
            took = self._fault.inject(pair)
            PROGRESS.did(took.text)
            # The proof took part of this time.
            what = f"the end of this fault ({self._held.name})"
            pause(self._held, self._lab.clock, since=took.at_wall, what=what)
        healing = self._heal()
        PROGRESS.did(healing)
        return took, healing, self._lab.clock.wall()

    def _heal(self) -> str:
        """Heal the fault. If that fails, the cluster is repaired before the next scenario even if it looks healthy."""
        try:
            return self._fault.heal()
        except EvidenceError as problem:
            self._lab.health.distrust(f"{self.name}: {problem.what}")
            raise

    def _whole_again(self, known: int, aftermath: Aftermath) -> tuple[list[str], Pair | None]:
        """Repairs beyond the `known` ones, including a failure to repair, and the healthy pair or None."""
        cluster = self._lab.health
        if self._left_as_it_is:
            return [], None
        try:
            pair = cluster.proven(f"after {self.name}", as_deployed=False, before_repair=aftermath.look)
            if self._setting:
                # Nothing else restores a lab that keeps running after its last scenario.
                cluster.restore(f"after {self.name}")
        except EvidenceError as problem:
            return [*cluster.repairs[known:], str(problem)], None
        return cluster.repairs[known:], pair

    def _rows(self, pair: Pair | None, of_table: Callable[[RunQuery, Clock], QueryResult]) -> tuple[Rows, str]:
        """The rows of the suite's Spark table from the active node's console, or why there are none.

        Only asked around an outage without load, which is judged by rows: a console's first query takes long. The
        console of a node that just started may fail at first, so it is asked until the deadline.
        """
        if pair is None or self._under_load:
            return (), ""
        active, refusals = pair.active, [""]

        def answered() -> QueryResult | None:
            try:
                return of_table(active.new_console().query, self._lab.clock)
            except (QueryRefused, EvidenceError, AssertionError) as problem:
                refusals.append(str(problem))
                return None

        limit = deadlines.CONSOLE_QUERY
        try:
            result = wait_for(f"rows of {active.name}'s console", answered, limit, poll=0.5, clock=self._lab.clock)
        except NotSeen:
            return (), refusals[-1]
        return result.rows, ""

    def _rows_in_the_end(self, record: OutageRecord) -> list[str]:
        """Ids in the record store once delayed events must have arrived."""
        pause(deadlines.EVENT_CAUGHT_UP, self._lab.clock, since=record.healed_wall)
        return self._lab.events.stored()
