"""The vendor's own client and ours send the same events: both must leave the same rows."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance import deadlines
from conformance.data_bridge import receiver_urls
from conformance.data_bridge.bundle import Value, WireEvent
from conformance.database.record_store import RecordTable
from conformance.errors import NotSeen
from conformance.events import wire_client
from conformance.events.artifacts import LAB_WIRE
from conformance.events.batch import value_of
from conformance.evidence.recorded import Recorded
from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.waiting import SYSTEM, Clock, pause, wait_for

if TYPE_CHECKING:
    from conformance.events.vendor_client import VendorClient

#: Events per client.
COUNT = 50
OURS, VENDORS = "ours", "vendor"
_CLIENTS = {OURS: "the suite's own client", VENDORS: "the vendor's client"}


@dataclass(frozen=True)
class StoredAlike(Recorded):
    """What each client sent, and its stored rows: the attributes of each event except the client's mark."""

    sent: tuple[tuple[Value, ...], ...]
    rows: Mapping[str, tuple[tuple[Value, ...], ...]]

    @property
    def wrong(self) -> list[str]:
        """Clients whose rows are not exactly what was sent; for the operator."""
        return [
            f"{_CLIENTS[client]}: found {len(rows)} rows, {len(set(rows) & set(self.sent))} of {len(self.sent)} events"
            f" as they were sent; first difference {_first_difference(self.sent, rows)}"
            for client, rows in self.rows.items()
            if sorted(map(str, rows)) != sorted(map(str, self.sent))
        ]


class TwoClients:
    """Sends the same events with both clients. Everything runs once per session, when first asked for."""

    def __init__(
        self, table: RecordTable, vendor: VendorClient | None, witness: Witness, clock: Clock = SYSTEM
    ) -> None:
        """`vendor` is None if the vendor's client is not available."""
        self._table = table
        self._vendor = vendor
        self._witness = witness
        self._clock = clock

    def alike(self, to: Node) -> StoredAlike:
        """The rows of both clients, sent to one node. NotApplicable if the vendor's client is not available."""
        question = "the same events sent by the vendor's client and ours"
        return StoredAlike.from_json(wire_client.asked(self._witness, question, to, lambda: self._run(to)))

    def _run(self, to: Node) -> dict[str, Any]:
        vendor = self._vendor
        if vendor is None:
            return {"missing": "the vendor's client is made of the public pack, which is not on this machine"}
        try:
            urls = receiver_urls.fail_over(wire_client.places([to]))
            client = to.bridge_client
            client.demand(LAB_WIRE)
        except wire_client.NOT_OFFERED as problem:
            return {"missing": f"nothing was sent over Thrift: {problem}"}
        run = uuid.uuid4().hex[:8]
        sent = [(number, value_of(number)) for number in range(COUNT)]
        with closing(client):
            at = int(self._clock.wall() * 1000)
            client.publish([WireEvent(LAB_WIRE, at, _marked(run, OURS, one)) for one in sent])
        vendor.send(urls, LAB_WIRE, client.account, [_marked(run, VENDORS, one) for one in sent])

        def all_there() -> bool:
            return sum(map(len, self._rows(run).values())) >= 2 * COUNT

        with suppress(NotSeen):
            wait_for("events of both clients stored", all_there, deadlines.EVENT_STORED, poll=0.25, clock=self._clock)
            pause(deadlines.EVENT_SETTLED, self._clock)
        found = self._rows(run)
        return {"sent": sent, "rows": {client: found.get(client, []) for client in (OURS, VENDORS)}}

    def _rows(self, run: str) -> dict[str, list[tuple[Value, ...]]]:
        """For each client, the stored attributes of its events of this run, oldest first."""
        found: dict[str, list[tuple[Value, ...]]] = {}
        for record in self._table.peek():
            values = record.values
            mark, _, client = str(values.get("id")).partition("-")
            if mark == run:
                row = (_number(values["seq"]), _number(values["value"]))
                found.setdefault(client.partition("-")[0], []).append(row)
        return found


def _marked(run: str, client: str, values: Sequence[int]) -> tuple[Value, ...]:
    return (f"{run}-{client}-{values[0]:03d}", *values)


def _number(value: object) -> Value:
    return value if isinstance(value, int) else str(value)


def _first_difference(sent: Sequence[object], rows: Sequence[object]) -> str:
    left = list(rows)
    for one in sent:
        if one not in left:
            return f"{one} is missing"
        left.remove(one)
    return f"{left[0]} is one too many" if left else "none"
