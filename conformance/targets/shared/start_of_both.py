"""Starts both nodes as the page says, which starts "the nodes", not one node and then the other.

The second node is started as soon as the first has its role in the pair, so that the roles are certain, or waits for
its peer: with the vendor's taskServerCount of 2 a node waits until its peer has come as far. The function returns when
both are ready.
"""

from collections.abc import Sequence

from conformance.node.log.ready_lines import waited_for_peers
from conformance.targets.shared.progress import Stages
from conformance.targets.shared.readiness import Readiness, StartingNode


def start_both(nodes: Sequence[StartingNode], stages: Stages, *, healthy: bool = True) -> str:
    """Start two nodes until both are ready; how that went. `healthy` False: they need not be a healthy pair."""
    first, second = nodes
    with stages.stage(f"{first.name} in its role"):
        first.start()
        one = Readiness(first, first.log_mark)
        waits = one.role_or_waiting()
    with stages.stage("both nodes ready"):
        second.start()
        wait_for_both([one, Readiness(second, second.log_mark)], healthy=healthy)
    return how(first.name, second.name, waits, waited_for_peers(one.log()))


def wait_for_both(starts: Sequence[Readiness], *, healthy: bool = True) -> None:
    """Wait until both nodes are ready, and the passive node, whichever it is, has the active node's state."""
    for start in starts:
        start.wait()
    if healthy:
        # If no node became passive, the wait on the second one fails and shows its logs.
        next((start for start in starts if start.passive), starts[-1]).wait_until_synced()


def how(first: str, second: str, waits: str, waited: str = "") -> str:
    """Describe how two nodes were started; `waits` says how the first waited for its peer, "" if it had its role.

    `waited`: how it waited for the peer later, with its role.
    """
    if waits:
        return f"together: {first}, then {second} while {first} had no role by itself ({waits})"
    return f"{first}, then {second} when {first} had its role" + (f", and waited for it ({waited})" if waited else "")
