"""The two nodes as one cluster, for checks that need both."""

from contextlib import suppress

from conformance import deadlines
from conformance.errors import EvidenceError, NotSeen
from conformance.judgement.requirement import NotAssessed
from conformance.node.clock import NodeClock
from conformance.node.home.axis2 import Member, Members, may_be_one
from conformance.node.home.own_host import canonical
from conformance.node.home.stated import is_stated, stated
from conformance.node.log.reading import LogSection
from conformance.node.log.roles import Role
from conformance.node.log.start_lines import PASSIVE
from conformance.node.node import Node
from conformance.pair import cluster_start as starts
from conformance.pair.addresses import shared_endpoint, shared_host
from conformance.pair.cluster_start import Clocks, Starts
from conformance.pair.unstated_offset import of_deployment_start

#: Log lines that may follow a node's ready line: node number, line, deadline.
_LATE_LINES = (
    (0, "^CEP sync publisher initiated to Member", deadlines.EVENT_SYNC),
    (1, r"^Spark Master map size after starting masters", deadlines.LOG_LINE),
    (1, r"^CEP HA State successfully synced\.", deadlines.STATE_SYNC),
)


#: The question for the roles after the start.
_ORDER = "roles after the start"
_STATE_IT = "if it was the other one, state start_order in topology.toml"


class ClusterView:
    """Both nodes in the order of their start; `single_host` if they share one host."""

    def __init__(self, first: Node, second: Node, *, single_host: bool = False) -> None:
        self.first = first
        self.second = second
        self.single_host = single_host
        #: A note for messages if it is uncertain which node started first; otherwise "".
        self.order_note = ""
        for node in self.nodes:
            node.host_of_both = self._shared_host

    @property
    def nodes(self) -> tuple[Node, Node]:
        """First and second node."""
        return self.first, self.second

    @property
    def on_one_host(self) -> bool:
        """Whether both nodes run on one host, as declared or as their files show."""
        stated = all(node.access.spec.stated for node in self.nodes) and self.first.host.has(self.second.address)
        return self.single_host or stated or bool(self._shared_host())

    @property
    def one_host(self) -> str:
        """Why the nodes are assumed to run on one host, for the operator."""
        host = self._shared_host()
        if self.single_host or not host:
            return "the nodes run on one host, as stated"
        return f"both nodes state {host}, and every port differs, so they are taken to run on one host"

    def _shared_host(self) -> str:
        try:
            first, second = ((node.clustering.section, node.event_processor) for node in self.nodes)
        except (EvidenceError, NotAssessed):
            return ""
        return shared_host(first, second)

    def peer(self, node: Node) -> Node:
        """The other node."""
        return self.second if node is self.first else self.first

    @property
    def shared_member_address(self) -> str:
        """Report, for the operator, that both nodes use one host and port for Hazelcast; "" if not."""
        (host, port), (other_host, other_port) = (
            (node.clustering.section.local_member_host, node.clustering.section.local_member_port)
            for node in self.nodes
        )
        if (canonical(host), port) != (canonical(other_host), other_port):
            return ""
        found = f"{other_host.found}, {other_port.with_place}"
        peer = f"{host.with_place}, {port.with_place}"
        return f"{found}, expected another host or port than {peer}"

    @property
    def presenters(self) -> list[Node]:
        """Nodes that show dashboards; only these open their presentation port."""
        return [node for node in self.nodes if node.event_processor.is_presenter]

    @property
    def shared_presenter(self) -> str:
        """A presentation address of both nodes, of which no presenter is known to be one node; or ""."""
        own = any(node.host.has(node.event_processor.presentation.host) for node in self.presenters)
        return "" if own else self.shared_endpoint("presentation")

    def shared_endpoint(self, part: str) -> str:
        """Report, for the operator, that both nodes use one host and port for a part of the HA mode; "" if not."""
        first, second = (getattr(node.event_processor, part) for node in self.nodes)
        return shared_endpoint(first, second, single_host=self.single_host)

    @property
    def unstated_offsets(self) -> str:
        """Offsets that the logs show against the files, for the operator; "" if there are none or both are equal."""
        shown = [of_deployment_start(node) for node in self.nodes]
        return "\n".join(one.reason for one in shown if one.reason) if shown[0].moved != shown[1].moved else ""

    def unlisted(self, members: Members) -> list[str]:
        """Nodes that are not in the member list. A name that cannot be resolved may stand for one node.

        NotAssessed if a node may be listed only as a `${name}`.
        """
        hosts = {canonical(member.host): member.host for member in members}.values()
        free = [host for host in hosts if not any(node.host.has(host) for node in self.nodes)]
        free, used = sorted(free, key=lambda host: not is_stated(host)), []
        missing = []
        for node in self.nodes:
            if self._listed_itself(node, members):
                continue
            taken = next((host for host in free if node.host.may_have(host)), None)
            if taken is None:
                missing.append(f"{node.name} ({node.address or 'no address known'})")
            else:
                free.remove(taken)
                used.append(taken)
        for host in used if not missing else ():
            stated(host)
        return missing

    def _listed_itself(self, node: Node, members: Members) -> bool:
        """Whether a member stands for the node; if both nodes are on one host, the port decides."""
        own = [member for member in members if node.host.has(member.host)]
        if not own or not self._shared_host():
            return bool(own)
        return any(member.plain_port == str(int(node.clustering.port)) for member in own)

    def list_alike(self, one: Members, other: Members) -> bool:
        """Whether both list the same members; all spellings of a node's own host count as one, even possible ones.

        NotAssessed if a `${name}` may stand for a member of the other list.
        """
        first, second = self._listed(one), self._listed(other)
        left, right = ([a[key] for key in a if key not in b] for a, b in ((first, second), (second, first)))
        if len(left) != len(right):
            return False
        for member in (*left, *right):
            member.must_be_stated()
        return all(any(may_be_one(member, peer) for peer in right) for member in left)

    def _listed(self, members: Members) -> dict[str, Member]:
        """Members by `host:port`; a host that is known to be a node's is replaced by the node's name."""
        return {f"{self._owner(member.host)}:{member.plain_port}": member for member in members}

    def _owner(self, host: str) -> str:
        owners = [node.name for node in self.nodes if node.host.has(host)]
        return owners[0] if len(owners) == 1 else canonical(host)

    def note_starts(self) -> None:
        """Record the newest start in each node's log before any fault adds more."""
        for node in self.nodes:
            node.log.note_start()

    def order_by_roles(self) -> None:
        """If this run started the nodes, make the one first that became active in their start.

        If they had to be started together, the node started second may be active. An older stored run has no such
        answer and keeps the order of its deployment.
        """
        witness = self.first.witness
        if not witness.can_answer("cluster", _ORDER):
            return
        with suppress(EvidenceError):
            roles = witness.ask("cluster", _ORDER, lambda: [node.role_history.current.value for node in self.nodes])
            if roles == [Role.PASSIVE.value, Role.ACTIVE.value]:
                self.first, self.second = self.second, self.first

    def find_starts(self, *, ordered: bool) -> None:
        """Use, for logs that were handed in, the starts that formed the cluster, whatever came later.

        If not `ordered`, the logs also decide which node started first. Faults in a log are reported elsewhere.
        """
        one, other = (_starts(node) for node in self.nodes)
        clocks = {node.name: node.log.assumed_clock for node in self.nodes}
        formed = starts.cluster_start(one, other, clocks)
        for start in formed or (*one[-1:], *other[-1:]):
            self._named(start.node).log.take_start(starts.while_whole(start))
        begin = formed[0] if formed else starts.first_to_start(one, other, clocks)
        self.order_note = "" if ordered else _order_note(one, other, formed, clocks)
        if len(formed) == 2 and (ahead := starts.seconds_ahead(*formed)):
            self._named(formed[1].node).log.assume_clock(NodeClock(utc_offset=ahead))
        # A node that joined has an older peer, even if the peer's log shows no start.
        joined_first = bool(one) and not other and not formed
        if not ordered and (joined_first or (begin and begin.node != self.first.name)):
            self.first, self.second = self.second, self.first

    def demand_two_logs(self) -> None:
        """EvidenceError if both logs end with the same start: earlier ones may have been copied with the home."""
        newest = [start for node in self.nodes for start in _starts(node)[-1:]]
        known = {(starts.own_id(start), start.head) for start in newest}
        if len(newest) == 2 and len(known) == 1 and starts.own_id(newest[0]):
            raise EvidenceError(
                f"both logs are of one member, {starts.own_id(newest[0])} ({newest[0]}; {newest[1]})",
                "hand in the log of each node by itself",
            )

    def demand_its_cluster(self, start: LogSection) -> None:
        """EvidenceError if the first node joined a cluster that was there, and the second's start did not form it."""
        peer = self.second.log.deployment_start() if _starts(self.second) else start
        _demand_order(start, peer)
        if PASSIVE.all_in(start) and not starts.forms(start) and not starts.forms(peer):
            raise EvidenceError(
                f"{start}: joined a cluster that was there, so that its first start stands in neither log",
                "hand in both logs back to the start of both nodes, rotated files included",
            )

    def demand_its_join(self, start: LogSection) -> None:
        """EvidenceError if the first node's log shows that another start than this one of the second joined it."""
        first = self.first.log.deployment_start() if _starts(self.first) else start
        _demand_order(first, start)
        seen = [] if first is start else starts.joined_ids(first)
        if seen and starts.own_id(start) not in ("", *seen) and not starts.forms(start):
            raise EvidenceError(
                f"{start}: is member {starts.own_id(start)}, but {self.first.name} was joined by {', '.join(seen)}",
                f"hand in the log of the same start of {start.node}",
            )

    def demand_join_in(self, start: LogSection) -> None:
        """EvidenceError if the first node's log ends before the second joined, as the second's log says."""
        clocks = {node.name: node.log.assumed_clock for node in self.nodes}
        peer = self.second.log.deployment_start() if _starts(self.second) else None
        if peer and starts.ends_before(start, peer, clocks):
            raise EvidenceError(
                f"{start}: ends before {self.second.name} joined the cluster, as that one's own log says",
                "hand in the log again, up to its end",
            )

    def _named(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)

    def await_late_lines(self) -> None:
        """Wait for lines that follow a start. Whether they came is judged by requirements."""
        for number, pattern, deadline in _LATE_LINES:
            log = self.nodes[number].log
            with suppress(NotSeen), self.first.witness.scoped("start of the deployment"):
                log.wait_for(pattern, after=log.note_start(), deadline=deadline)


def find_start_alone(node: Node) -> None:
    """If only one node's log was handed in, use its newest start, as `find_starts` does."""
    for start in _starts(node)[-1:]:
        node.log.take_start(starts.while_whole(start))


def _order_note(one: Starts, other: Starts, formed: Starts, clocks: Clocks) -> str:
    """Why the order of starts may be wrong: only times show it, or times contradict the logs' text."""
    if not one or not other:
        return ""
    if len(formed) < 2 or not starts.joined(*formed):
        return f"; which node started first is taken from the times of the logs alone: {_STATE_IT}"
    if clocks and starts.seconds_ahead(*formed):
        return (
            f"; by what the logs say {formed[0].node} started first, but their clocks or time zones differ by "
            f"{abs(starts.seconds_ahead(*formed))} s: {_STATE_IT}"
        )
    return ""


def _demand_order(first: LogSection, second: LogSection) -> None:
    if starts.forms(second) and starts.joined(second, first):
        raise EvidenceError(
            f"{first}: joined the cluster that {second.node} formed, so that {second.node} was started first",
            "correct start_order in topology.toml",
        )


def _starts(node: Node) -> list[LogSection]:
    """Starts in a node's log; empty if it cannot be read."""
    try:
        return node.log.starts()
    except EvidenceError:
        return []
