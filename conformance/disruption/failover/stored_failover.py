"""One failover as stored: all observed facts, and their JSON. record.py derives the rest."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

from conformance.disruption.failover.phase import Phase
from conformance.disruption.failover.query_proof import QueryProof
from conformance.disruption.faults.node_down import NodeGone
from conformance.errors import EvidenceError
from conformance.events.event_trace import EventTrace
from conformance.events.stored import StoredIds
from conformance.events.wire_client import WireClient
from conformance.node.clock import NodeClock
from conformance.node.log.roles import Role, RoleChange

AFailover = TypeVar("AFailover", bound="StoredFailover")


@dataclass(frozen=True)
class StoredFailover:
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
    clocks: Mapping[str, NodeClock]
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
        return {
            "name": self.name,
            "failed": self.failed,
            "survivor": self.survivor,
            "fault": asdict(self.fault),
            "phases": [phase.as_json() for phase in self.phases],
            "changes": [{**asdict(change), "role": change.role.value} for change in self.changes],
            "roles_at_end": {node: role.value for node, role in self.roles_at_end.items()},
            "begun_wall": self.begun_wall,
            "ended_wall": self.ended_wall,
            "masters_at_end": dict(self.masters_at_end),
            "query": asdict(self.query),
            "passages": {name: passage.recorded if passage else None for name, passage in self.passages.items()},
            "stored": asdict(self.stored),
            "node_ids": dict(self.node_ids),
            "clocks": {node: clock.as_json() for node, clock in self.clocks.items()},
            "settings": {node: dict(settings) for node, settings in self.settings.items()},
            "repairs": list(self.repairs),
            "restored": list(self.restored),
            "survivor_exit": self.survivor_exit,
            "survivor_exit_wall": self.survivor_exit_wall,
            "clients": [client.as_json() for client in self.clients],
            "no_clients": self.no_clients,
        }

    @classmethod
    def from_json(cls: type[AFailover], recorded: Mapping[str, Any]) -> AFailover:
        """The record as read from an observation."""
        passages = {name: EventTrace.from_json(one) if one else None for name, one in recorded["passages"].items()}
        before, during = passages["before"], passages["during"]
        if before is None or during is None:
            raise EvidenceError("the record holds no events from before or during the fault", "record the run again")
        return cls(
            name=recorded["name"],
            failed=recorded["failed"],
            survivor=recorded["survivor"],
            fault=NodeGone.from_json(recorded["fault"]),
            phases=tuple(Phase.from_json(phase) for phase in recorded["phases"]),
            changes=tuple(RoleChange(**{**change, "role": Role(change["role"])}) for change in recorded["changes"]),
            roles_at_end={node: Role(role) for node, role in recorded["roles_at_end"].items()},
            begun_wall=recorded["begun_wall"],
            ended_wall=recorded["ended_wall"],
            masters_at_end=recorded["masters_at_end"],
            query=QueryProof.from_json(recorded["query"]),
            before=before,
            during=during,
            after=passages["after"],
            stored=StoredIds.from_json(recorded["stored"]),
            node_ids=recorded["node_ids"],
            clocks={node: NodeClock.from_json(one) for node, one in recorded.get("clocks", {}).items()},
            settings=recorded.get("settings", {}),
            repairs=tuple(recorded.get("repairs", ())),
            restored=tuple(recorded.get("restored", ())),
            survivor_exit=recorded.get("survivor_exit", ""),
            survivor_exit_wall=recorded.get("survivor_exit_wall"),
            clients=tuple(WireClient.from_json(one) for one in recorded.get("clients", ())),
            no_clients=recorded.get("no_clients", cls.no_clients),
        )
