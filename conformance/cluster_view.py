"""The two nodes as one cluster: what only both of them together can show."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from conformance import deadlines
from conformance.errors import NotSeen

if TYPE_CHECKING:
    from conformance.node.node import Node

#: Lines of a start that may come after a node says that it is ready: node number, line, how long they may take.
_LATE_LINES = (
    (0, "^CEP sync publisher initiated to Member", deadlines.EVENT_SYNC),
    (1, r"^Spark Master map size after starting masters", deadlines.LOG_LINE),
    (1, r"^CEP HA State successfully synced\.", deadlines.STATE_SYNC),
)


class ClusterView:
    """Both nodes, in the order in which the deployment starts them; `single_host` if they share one host."""

    def __init__(self, first: Node, second: Node, *, single_host: bool = False) -> None:
        self.first = first
        self.second = second
        self.single_host = single_host

    @property
    def nodes(self) -> tuple[Node, Node]:
        """First and second node."""
        return self.first, self.second

    @property
    def addresses(self) -> list[str]:
        """Own addresses of the nodes, sorted, each once."""
        return sorted({node.address for node in self.nodes})

    @property
    def member_addresses(self) -> list[str]:
        """`localMemberHost:localMemberPort` of each node, in order."""
        return [f"{node.axis2.local_member_host}:{int(node.axis2.local_member_port)}" for node in self.nodes]

    def note_starts(self) -> None:
        """Note the newest start in each node's log, before any fault adds others."""
        for node in self.nodes:
            node.log.note_start()

    def await_late_lines(self) -> None:
        """Give the lines that follow a start time to come. Whether they came is for the requirements to judge."""
        for number, pattern, deadline in _LATE_LINES:
            log = self.nodes[number].log
            with suppress(NotSeen), self.first.witness.scoped("start of the deployment"):
                log.wait_for(pattern, after=log.note_start(), deadline=deadline)
