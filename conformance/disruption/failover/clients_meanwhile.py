"""Clients over Thrift that send while a node goes down, as far as the nodes take events so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from conformance.disruption.failover.record import FailoverRecord
from conformance.errors import EvidenceError

if TYPE_CHECKING:
    from conformance.deadlines import Deadline
    from conformance.events.wire_client import WireClient
    from conformance.events.wire_events import WireEvents, WireFlows
    from conformance.node.node import Node


class ClientsMeanwhile:
    """Nodes that take no events over Thrift have no such clients, and their failover is judged without."""

    def __init__(self, events: WireEvents | None, nodes: Sequence[Node]) -> None:
        """The first of `nodes` is the one that a client falls over from."""
        self._events = events
        self._nodes = nodes
        self._flows: WireFlows | None = None
        #: Why there are none; of no meaning where there are some.
        self.why_none = FailoverRecord.no_clients

    def __enter__(self) -> ClientsMeanwhile:
        if self._events is not None:
            try:
                self._flows = self._events.flows(self._nodes)
            except (EvidenceError, AssertionError) as problem:
                self.why_none = f"nothing was sent over Thrift: {problem}"
            else:
                self._flows.__enter__()
                self.why_none = ""
        return self

    def __exit__(self, *_: object) -> None:
        if self._flows is not None:
            self._flows.__exit__()

    def settle(self, quiet: Deadline) -> tuple[WireClient, ...]:
        """What became of their events."""
        return self._flows.settle(quiet) if self._flows is not None else ()
