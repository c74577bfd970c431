"""Two nodes that pass events as the product does, in memory; each selftest makes one thing go wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conformance.database.record_store import Record
from conformance.deployment.interface import Reading
from conformance.events.batch import value_of
from conformance.events.traces import TRACE_FILES
from conformance.evidence.witness import Witness
from conformance.node.log.carbon_log import NodeLog
from conformance.node.services.receiver import Sending
from conformance.node.settings_in_force import SettingsInForce
from selftests import event_texts
from selftests.fake_node import FakeAccess, StillClock, file_line


@dataclass
class FakeLabNode:
    """As much of a Node as events and failovers ask for."""

    name: str
    clock: StillClock
    witness: Witness
    access: FakeAccess
    lab: FakeLab
    status: int = 200
    #: Seconds of the node's zone east of UTC, and by which its clock is ahead.
    utc_offset: int = 0
    ahead: float = 0.0

    def __post_init__(self) -> None:
        self.access.clock = lambda: Reading(self.clock.wall() + self.ahead, self.utc_offset)

    @cached_property
    def settings(self) -> SettingsInForce:
        return SettingsInForce(self.access)

    @property
    def log(self) -> NodeLog:
        return NodeLog(self.access, self.witness, self.clock)

    @property
    def address(self) -> str:
        return self.access.spec.address

    def receiver(self, _name: str) -> FakeLabNode:
        return self

    def post(self, payload: Mapping[str, Any], **_: object) -> Sending:
        if self.status == 200:
            self.lab.take(payload["id"], payload["seq"])
        return Sending(self.clock.wall(), 0.01, self.status, "" if self.status else "refused")

    def say(self, short: str) -> None:
        self.access.append(file_line(short, self.now()) + "\n")

    def now(self) -> str:
        return event_texts.logged_at(self.clock.wall() + self.ahead + self.utc_offset)


@dataclass
class FakeLab:
    """The cluster behind the nodes: every event passes every plan, one publisher, one table. `lost` names hops."""

    nodes: list[FakeLabNode] = field(default_factory=list)
    stored: list[str] = field(default_factory=list)
    lost: set[tuple[str, int]] = field(default_factory=set)
    doubled: set[tuple[str, int]] = field(default_factory=set)
    windows: dict[str, list[int]] = field(default_factory=dict)

    def take(self, name: str, seq: int) -> None:
        for number, node in enumerate(self.nodes):
            for _ in range(self._times(node.name, seq)):
                window = self.windows.setdefault(node.name, [])
                window.append(seq)
                total = sum(value_of(one) for one in window[-10:])
                self._write(node, name, seq, total, min(len(window), 10), out=number == 0)
        self.stored += [name] * self._times("stored", seq)

    def peek(self) -> list[Record]:
        return [Record(str(number), number, {"id": name}) for number, name in enumerate(self.stored)]

    def _times(self, hop: str, seq: int) -> int:
        return 0 if (hop, seq) in self.lost else 2 if (hop, seq) in self.doubled else 1

    def _write(self, node: FakeLabNode, name: str, seq: int, total: int, events: int, *, out: bool) -> None:
        trace = event_texts.entered(seq) + event_texts.answered(seq, total, events)
        node.access.append(trace.replace(event_texts.name(seq), name), TRACE_FILES[1])
        if out:
            node.access.append(event_texts.emitted(seq, total, events, node.now()).replace(event_texts.name(seq), name))


def lab() -> FakeLab:
    made = FakeLab()
    clock = StillClock()
    witness = Witness.silent(clock)
    made.nodes = [FakeLabNode(name, clock, witness, FakeAccess.good(name), made) for name in ("node1", "node2")]
    return made
