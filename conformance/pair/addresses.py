"""Hosts and ports that both nodes state: where they collide, and whether they show that both nodes run on one host."""

from contextlib import suppress

from conformance.errors import ConformanceError
from conformance.judgement.located import Located
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.axis2 import Axis2
from conformance.node.home.event_processor import Endpoint, EventProcessor
from conformance.node.home.host_value import unreachable
from conformance.node.home.own_host import canonical


def shared_endpoint(first: Endpoint, second: Endpoint, *, single_host: bool) -> str:
    """How both nodes state one host and port for a service, for the operator; "" if they do not.

    The name does not matter: an address behind which both nodes stand (a service, a virtual address) is one too. A host
    that no peer can call is reported for itself. NotAssessed where the hosts are equal and a port is not known.
    """
    if canonical(first.host) != canonical(second.host) or unreachable(second.host, single_host=single_host):
        return ""
    if first.port != second.port:
        return ""
    return (
        f"{second.host.where}: found {second.address}, expected another host or port than {first.host.where}: "
        f"{first.address}; a node whose peer has the same address calls itself"
    )


def shared_host(first: tuple[Axis2, EventProcessor], second: tuple[Axis2, EventProcessor]) -> str:
    """The host that two homes state in every place, each time with different ports; "" if there is none.

    Such homes belong to two nodes on one host. What cannot be read shows nothing.
    """
    with suppress(ConformanceError, AssertionError, NotAssessed, OSError, ValueError):
        places = list(zip(_places(*first), _places(*second), strict=True))
        hosts = {canonical(host) for pair in places for host, _ in pair}
        apart = all(one[1] != other[1] for one, other in places)
        if len(hosts) == 1 and apart and not unreachable(places[0][0][0], single_host=True):
            return hosts.pop()
    return ""


def _places(axis2: Axis2, processor: EventProcessor) -> list[tuple[Located, int]]:
    """Every host that a worker opens a port on for its peer, and that port."""
    endpoints = (processor.event_sync, processor.management)
    return [(axis2.local_member_host, axis2.local_member_port), *((one.host, one.port) for one in endpoints)]
