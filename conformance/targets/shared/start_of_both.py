"""Starts both nodes as the page says: the nodes, not one node and then the other.

The second node is started as soon as the first has its role in the pair, which leaves no doubt about the roles, or
waits for its peer: with the vendor's taskServerCount of 2 a node waits until its peer has come as far. Readiness
is that of both.
"""

from collections.abc import Callable, Sequence

from conformance.node.log.ready_lines import waited_for_peers
from conformance.targets.shared.progress import Stages
from conformance.targets.shared.readiness import Readiness, StartingNode

#: The readiness of a node's latest start.
ReadinessOf = Callable[[StartingNode], Readiness]


def _readiness(node: StartingNode) -> Readiness:
    return Readiness(node, node.log_mark)


def start_both(
    nodes: Sequence[StartingNode], stages: Stages, *, healthy: bool = True, readiness: ReadinessOf = _readiness
) -> str:
    """Start two nodes and wait until both are ready; how that went, for the report.

    `healthy` False: what only a healthy pair shows is not waited for. Raises ConformanceError as Readiness does.
    """
    first, second = nodes
    with stages.stage(f"{first.name} in its role"):
        first.start()
        one = readiness(first)
        waits = one.role_or_waiting()
    with stages.stage("both nodes ready"):
        second.start()
        wait_for_both([one, readiness(second)], healthy=healthy)
    return how(first.name, second.name, waits, waited_for_peers(one.log()))


def wait_for_both(starts: Sequence[Readiness], *, healthy: bool = True) -> None:
    """Wait until both nodes are ready, the passive one with the state of the active, whichever of them that is."""
    for start in starts:
        start.wait()
    if healthy:
        # Where none became passive the second node does not get there, and its logs are shown.
        next((start for start in starts if start.passive), starts[-1]).wait_until_synced()


def how(first: str, second: str, waits: str, waited: str = "") -> str:
    """How two nodes were started, where the first one `waits` for its peer or had its role ("").

    `waited`: that it waited for the peer later on, with its role.
    """
    if waits:
        return f"together: {first}, then {second} while {first} had no role by itself ({waits})"
    return f"{first}, then {second} when {first} had its role" + (f", and waited for it ({waited})" if waited else "")
