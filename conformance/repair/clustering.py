"""Repairs of the clustering section in axis2.xml (page: Required configurations, step 2)."""

from collections import Counter
from collections.abc import Iterator

from conformance.judgement.located import Located
from conformance.node.home.axis2 import HAZELCAST_AGENT, Axis2, Member
from conformance.node.home.own_host import unreachable
from conformance.node.home.stated import is_stated
from conformance.node.node import Node
from conformance.pack.steps.xml_file import element
from conformance.repair.desk import Desk, Remedy, what_is_known, which_of_two

_PATH = Axis2.PATH
_SECTION = "/*/clustering[1]"
_MEMBERS = f"{_SECTION}/members"
#: Hazelcast's port in the stock file, if nothing states one.
_PORT = "4000"


def _enable(at: Desk) -> None:
    if at.node.axis2.enabled != "true":
        at.attribute(_PATH, _SECTION, "enable", "true")
    if at.node.axis2.agent_class != HAZELCAST_AGENT:
        at.attribute(_PATH, _SECTION, "class", HAZELCAST_AGENT)


def _own_host(at: Desk) -> None:
    if at.node.host.refusal(at.node.axis2.local_member_host) and (address := at.address()):
        _parameter(at, "localMemberHost", address)


def _list_both(at: Desk) -> None:
    """Members that are no node, such as 127.0.0.1, are replaced; a possible third member becomes a question."""
    if at.peer is None or not all(desk.address() for desk in at.both):
        return
    for number, node in enumerate(at.bench.nodes):
        listed = at.node.axis2.members
        if any(_is_of(member, node) for member in listed):
            continue
        free = next((place for place, one in enumerate(listed, 1) if unreachable(one.host)), None)
        _list(at, node, free, first=number == 0 and bool(listed))
    _take_out_the_rest(at)


def _list(at: Desk, node: Node, place: int | None, *, first: bool) -> None:
    host, votes = Desk(at.bench, node.name, at.requirement).address(), Counter(_ports(at.bench.nodes, node))
    port = votes.most_common(1)[0][0] if votes else _PORT
    if place is not None:
        at.text(_PATH, f"({_MEMBERS}/member)[{place}]/hostName", host)
        at.text(_PATH, f"({_MEMBERS}/member)[{place}]/port", port)
        return
    member = element("member", None, element("hostName", host), element("port", port))
    at.place(_PATH, member, _MEMBERS, f"member[hostName='{host}']", "" if first else None)


def _take_out_the_rest(at: Desk) -> None:
    nodes = at.bench.nodes
    for place, member in reversed(list(enumerate(at.node.axis2.members, 1))):
        if unreachable(member.host) and is_stated(member.host):
            at.without(_PATH, f"({_MEMBERS}/member)[{place}]", f"take member {place} out, which is no address")
        elif is_stated(member.host) and not any(node.host.may_have(member.host) for node in nodes):
            at.ask(
                f"Is {member.address} ({member.host.where}) a third member of the cluster?",
                "take it out on this node, or list it on both",
            )


def _agree_on_ports(at: Desk) -> None:
    """A node's port is what two of three sources say: the node itself and the two member lists."""
    for node in at.bench.nodes:
        with what_is_known():
            _agree_on_the_port(at, node)


def _agree_on_the_port(at: Desk, node: Node) -> None:
    votes = Counter(_ports(at.bench.nodes, node))
    (port, most), *others = votes.most_common()
    if others and others[0][1] == most:
        stated = node.axis2.members.by_host(node.host).port_text
        own = _own_port(node)
        at.ask(which_of_two(f"Hazelcast port of {node.name}", own, stated), "write the same in all places")
        return
    if node.name == at.name and (_own_port(node) != port or not _own_port(node).present):
        _parameter(at, "localMemberPort", port)
    for place, member in enumerate(at.node.axis2.members, 1):
        if _is_of(member, node) and is_stated(member.port_text) and member.port_text != port:
            at.text(_PATH, f"({_MEMBERS}/member)[{place}]/port", port)


def _ports(nodes: tuple[Node, ...], node: Node) -> Iterator[str]:
    """The sources for the port of a node's member, if they are numbers."""
    own = _own_port(node)
    if own.strip().isdigit():
        yield str(own.strip())
    for one in nodes:
        found = [member.port_text for member in one.axis2.members if _is_of(member, node)]
        yield from (str(text) for text in found[:1] if text.isdigit())


def _own_port(node: Node) -> Located:
    return node.axis2.parameter("localMemberPort")


def _is_of(member: Member, node: Node) -> bool:
    return node.host.has(member.host)


def _domain(at: Desk) -> None:
    if at.peer is not None and at.is_first and at.node.axis2.domain != at.peer.axis2.domain:
        question = which_of_two("clustering domain", at.node.axis2.domain, at.peer.axis2.domain)
        at.ask(question, "write the same on both nodes")


def _parameter(at: Desk, name: str, value: str) -> None:
    found = at.node.axis2.parameter(name)
    if found != value:
        at.child(_PATH, _SECTION, element("parameter", value, name=name), present=found.present, after="")


REMEDIES = (
    Remedy("CLU-01", _enable),
    Remedy("CLU-02", lambda at: _parameter(at, "membershipScheme", "wka")),
    Remedy("CLU-07", lambda at: _parameter(at, "AvoidInitiation", "true")),
    Remedy("CLU-04", _own_host),
    Remedy("CLU-03", _list_both),
    Remedy("CLU-04", _list_both),
    Remedy("CLU-05", _agree_on_ports),
    Remedy("CLU-06", _domain),
)
