"""One failover as stored: all observed facts, and their JSON. record.py derives the rest."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from conformance.disruption.failover.phase import Phase
from conformance.disruption.failover.query_proof import QueryProof
from conformance.disruption.faults.node_down import NodeGone
from conformance.errors import EvidenceError
from conformance.events.event_trace import EventTrace
from conformance.events.stored import StoredIds
from conformance.events.wire_client import WireClient
from conformance.evidence.recorded import Recorded
from conformance.node.clock import NodeClock
from conformance.node.log.roles import Role, RoleChange

AFailover = TypeVar("AFailover", bound="StoredFailover")


@dataclass(frozen=True)
class StoredFailover(Recorded):
    """One failover. `failed` was the active node, `survivor` its peer; `after` is None if that was not reached.

    `during`: events sent to both nodes all the while; `node_ids`: the failed node's; `clocks`: both nodes', empty in
    old runs that did not read them (then times are taken as UTC by this machine's clock).
    """

    name: str
    failed: str
    survivor: str
    fault: NodeGone
    phases: tuple[Phase, ...]
    changes: tuple[RoleChange, ...]
    roles_at_end: Mapping[str, Role]
    begun_wall: float
    ended_wall: float
    masters_at_end: Mapping[str, str]
    query: QueryProof
    before: EventTrace
    during: EventTrace
    after: EventTrace | None
    stored: StoredIds
    node_ids: Mapping[str, str]
    clocks: Mapping[str, NodeClock] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    repairs: tuple[str, ...] = ()
    restored: tuple[str, ...] = ()
    #: Why the survivor does not run at the end, if its own Spark worker ended it.
    survivor_exit: str = ""
    #: When the survivor ended, in epoch seconds.
    survivor_exit_wall: float | None = None
    #: Thrift clients of both nodes that sent all the while; if there were none, `no_clients` says why.
    clients: tuple[WireClient, ...] = ()
    no_clients: str = "this run sent no events over Thrift"

    @property
    def passages(self) -> dict[str, EventTrace | None]:
        """Events sent before, during and after the failover; None if that part was not reached."""
        return {"before": self.before, "during": self.during, "after": self.after}

    def as_json(self) -> dict[str, Any]:
        """The whole record; `from_json` returns the same record."""
        own = super().as_json()
        passages = {name: own.pop(name) for name in self.passages}
        return {**own, "passages": passages}

    @classmethod
    def from_json(cls: type[AFailover], recorded: Mapping[str, Any]) -> AFailover:
        """The record as read from an observation."""
        passages = recorded["passages"]
        if passages["before"] is None or passages["during"] is None:
            raise EvidenceError("the record holds no events from before or during the fault", "record the run again")
        return super().from_json({**{name: one for name, one in recorded.items() if name != "passages"}, **passages})
