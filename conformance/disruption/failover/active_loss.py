"""The active node goes down: the passive node must become active, and the lost node must come back as passive."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from conformance import deadlines
from conformance.disruption.failover.budgets import Budgets
from conformance.disruption.failover.node_loss import Broken, NodeLoss
from conformance.disruption.failover.phase import NO_QUERY, QueryProof
from conformance.disruption.failover.promotion import Promotion, event_phases
from conformance.disruption.failover.record import FailoverRecord
from conformance.disruption.failover.rejoin import Rejoin
from conformance.disruption.failover.spark_failover import SparkFailover
from conformance.disruption.faults.fault import healed_if_it_breaks, is_silence
from conformance.disruption.faults.node_down import Ending, NodeDown
from conformance.disruption.scenario import Lab, Scenario
from conformance.disruption.site import Pair, node_id
from conformance.errors import EvidenceError
from conformance.node.node import Node

if TYPE_CHECKING:
    from conformance.deadlines import Deadline
    from conformance.events.wire_client import WireClient
    from conformance.events.wire_events import WireEvents, WireFlows


class ClientsMeanwhile:
    """Clients that send over Thrift while a node goes down. With no Thrift receiver the loss is judged without them."""

    def __init__(self, events: WireEvents | None, nodes: Sequence[Node]) -> None:
        """The clients start on the first of `nodes` and fail over from it."""
        self._events = events
        self._nodes = nodes
        self._flows: WireFlows | None = None
        #: Why there are no clients; meaningless while there are some.
        self.why_none = FailoverRecord.no_clients

    def __enter__(self) -> None:
        if self._events is not None:
            try:
                self._flows = self._events.flows(self._nodes)
            except (EvidenceError, AssertionError) as problem:
                self.why_none = f"nothing was sent over Thrift: {problem}"
            else:
                self._flows.__enter__()
                self.why_none = ""

    def __exit__(self, *_: object) -> None:
        if self._flows is not None:
            self._flows.__exit__()

    def settle(self, quiet: Deadline) -> tuple[WireClient, ...]:
        """What became of the clients' events."""
        return self._flows.settle(quiet) if self._flows is not None else ()


class Failover(NodeLoss):
    """The loss of the node that is active when the scenario starts."""

    def __init__(
        self,
        name: str,
        lab: Lab,
        *,
        after: Scenario[Any] | None = None,
        ending: Ending = Ending.KILL,
        queried: bool = True,
    ) -> None:
        """Like Scenario. `ending`: how the node goes down; `queried`: whether the table is queried before and after."""
        super().__init__(name, lab, after=after)
        self._ending = ending
        self._queried = queried

    def _lost_and_back(self) -> FailoverRecord:
        pair = self._lab.health.proven(f"before failover {self.name}")
        begun = self._lab.clock.wall()
        ids = {"before": node_id(pair.active)}
        down = NodeDown(pair.active, self._lab.witness, self._ending, clock=self._lab.clock)
        budgets = Budgets.of(pair.passive)
        with healed_if_it_breaks(down.revive, self._lab.health.deployment):
            settled = self._break(pair, down, budgets)
        back = Rejoin(pair.passive, down, self._lab.events, budgets, self._lab.clock).watch(settled)
        ids["after"] = node_id(pair.active)
        return self._recorded(begun, pair, pair.active, settled(), back, ids)

    def _break(self, pair: Pair, down: NodeDown, budgets: Budgets) -> Callable[[], Broken]:
        """Returns what waits until both kinds of clients' events are settled, which may take as long as a start."""
        survivor = pair.passive
        query = self._query_before(pair.active)
        wire = ClientsMeanwhile(self._lab.clients, (pair.active, survivor))
        with self._lab.events.flow((survivor, pair.active), watching=(survivor, pair.active)) as flow, wire:
            self._until_flowing(flow)
            mark = survivor.log.mark()
            stored = self._lab.events.stored()
            fault = down.inject()
            budgets = as_it_fell_silent(budgets, survivor, pair.active)
            # Spark moves at the same time as the role, so both are watched at once.
            with ThreadPoolExecutor(1) as pool:
                spark = SparkFailover(
                    survivor, self._lab.table, query, budgets.spark, fault.at_monotonic, self._lab.clock,
                    restarted=not self._lab.health.deployment.started_here,
                )  # fmt: skip
                watching = pool.submit(copy_context().run, spark.watch)
                promotion = Promotion(survivor, flow, budgets, self._lab.clock).watch(mark, fault.at_wall)
                watching.result()
        flow.keep(pair.active)
        pool = ThreadPoolExecutor(3)
        during = pool.submit(copy_context().run, flow.settle, deadlines.EVENT_QUIET)
        clients = pool.submit(copy_context().run, wire.settle, deadlines.EVENT_QUIET)

        def settled() -> Broken:
            served = event_phases(survivor.name, during.result(), fault.at_wall, budgets, survivor.log.clock)
            phases = (*promotion.phases, *served, *spark.phases)
            timed = [one.since_within(fault.uncertainty) for one in phases]
            return Broken(fault, timed, during.result(), stored, spark.query, clients.result(), wire.why_none)

        broken = pool.submit(copy_context().run, settled)
        pool.shutdown(wait=False)
        return broken.result

    def _query_before(self, active: Node) -> QueryProof:
        """The table's rows before the fault. A console that fails does not stop the rest from being judged."""
        if not self._queried:
            return NO_QUERY
        try:
            return QueryProof(self._lab.table.ready(active.new_console().query, self._lab.clock).rows, None, 0, ())
        except (AssertionError, EvidenceError) as problem:
            return QueryProof(None, None, 0, (str(problem),))


def as_it_fell_silent(budgets: Budgets, survivor: Node, failed: Node) -> Budgets:
    """Longer budgets if the failed node's host is silent: then its peer gets no refusal and waits for the heartbeat."""
    said = survivor.access.connect(failed.address, failed.access.spec.hazelcast_port)
    return budgets.of_a_silent_host() if is_silence(said) else budgets
