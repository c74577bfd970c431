"""Checks that clients on other hosts can reach a node's data bridge."""

from conformance.judgement.requirement import not_applicable
from conformance.node.home.own_host import is_loopback
from conformance.node.home.ports import DATA_BRIDGE, receiver_hosts
from conformance.node.home.stated import stated
from conformance.node.node import Node


def problem_loopback(node: Node) -> str:
    """Receivers that clients on other hosts cannot reach, for the operator; "" if there are none.

    Nodes on one host may use loopback addresses. NotAssessed for a system property. NotApplicable without the file.
    """
    if not node.files.holds(DATA_BRIDGE):
        not_applicable(f"{node.name} has no {DATA_BRIDGE}, so that nothing listens by it")
    if node.host.single_host:
        return ""
    wrong = [host for host in receiver_hosts(node.files.xml(DATA_BRIDGE)) if is_loopback(stated(host).strip())]
    why = "a receiver on a loopback address takes events of this host only; without the setting it listens everywhere"
    return "\n".join(f"{host.found}, expected an address that the clients reach ({why})" for host in wrong)
