"""The two nodes as one cluster: what only both of them together can show."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from conformance import deadlines
from conformance.errors import EvidenceError, NotSeen
from conformance.formation import first_to_start, formation
from conformance.node.own_host import canonical

if TYPE_CHECKING:
    from conformance.node.axis2 import Members
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
    def member_addresses(self) -> list[str]:
        """`localMemberHost:localMemberPort` of each node, in order."""
        return [f"{canonical(node.axis2.local_member_host)}:{int(node.axis2.local_member_port)}" for node in self.nodes]

    def unlisted(self, members: Members) -> list[str]:
        """Nodes for which no member is listed. A name that nobody can resolve may stand for one of them each."""
        hosts = dict.fromkeys(canonical(member.host) for member in members)
        free = [host for host in hosts if not any(node.host.has(host) for node in self.nodes)]
        missing = []
        for node in self.nodes:
            if any(node.host.has(host) for host in hosts):
                continue
            taken = next((host for host in free if node.host.may_have(host)), None)
            if taken is None:
                missing.append(f"{node.name} ({node.address or 'no address known'})")
            else:
                free.remove(taken)
        return missing

    def listed(self, members: Members) -> list[str]:
        """Every listed `host:port`, sorted, each once; a host that is known to be a node's stands as that node."""
        return sorted({f"{self._owner(member.host)}:{member.port_text}" for member in members})

    def _owner(self, host: str) -> str:
        owners = [node.name for node in self.nodes if node.host.has(host)]
        return owners[0] if len(owners) == 1 else canonical(host)

    def note_starts(self) -> None:
        """Note the newest start in each node's log, before any fault adds others."""
        for node in self.nodes:
            node.log.note_start()

    def find_starts(self, *, ordered: bool) -> None:
        """In logs that were handed in: take the starts that formed the cluster, whatever came after them.

        With `ordered` False the node that started first is told by the logs too. What is wrong with a log is told by
        who reads it for a requirement.
        """
        with suppress(EvidenceError):
            one, other = (node.log.starts() for node in self.nodes)
            formed = formation(one, other)
            for start in formed or ():
                self._named(start.node).log.take_start(start)
            begin = formed[0] if formed else first_to_start(one, other)
            if begin and not ordered and begin.node != self.first.name:
                self.first, self.second = self.second, self.first

    def _named(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)

    def await_late_lines(self) -> None:
        """Give the lines that follow a start time to come. Whether they came is for the requirements to judge."""
        for number, pattern, deadline in _LATE_LINES:
            log = self.nodes[number].log
            with suppress(NotSeen), self.first.witness.scoped("start of the deployment"):
                log.wait_for(pattern, after=log.note_start(), deadline=deadline)
