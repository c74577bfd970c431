"""Hosts and ports that both nodes configure: where they collide, and whether both nodes run on one host."""

from contextlib import suppress

from conformance.errors import ConformanceError
from conformance.judgement.located import Located
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.axis2 import Axis2
from conformance.node.home.event_processor import Endpoint, EventProcessor
from conformance.node.home.own_host import canonical, unreachable


def shared_endpoint(first: Endpoint, second: Endpoint, *, single_host: bool) -> str:
    """Report, for the operator, that both nodes configure the same host and port for a service; "" if not.

    An address behind which both nodes stand (a service, a virtual address) counts too, whatever its name. A host that
    no peer can reach is reported elsewhere. NotAssessed if the hosts are equal and a port is unknown.
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
    """The host that both homes configure everywhere, with different ports; "" if there is none."""
    with suppress(ConformanceError, AssertionError, NotAssessed, OSError, ValueError):
        places = list(zip(_places(*first), _places(*second), strict=True))
        hosts = {canonical(host) for pair in places for host, _ in pair}
        apart = all(one[1] != other[1] for one, other in places)
        if len(hosts) == 1 and apart and not unreachable(places[0][0][0], single_host=True):
            return hosts.pop()
    return ""


def _places(axis2: Axis2, processor: EventProcessor) -> list[tuple[Located, int]]:
    """Every host and port that a worker opens for its peer."""
    endpoints = (processor.event_sync, processor.management)
    return [(axis2.local_member_host, axis2.local_member_port), *((one.host, one.port) for one in endpoints)]
