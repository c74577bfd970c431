"""Explains what the second node became in the HA pair if it did not become passive."""

from contextlib import suppress

from conformance.errors import EvidenceError
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.event import LogEvent
from conformance.node.log.ordered_block import PAGE_SECTION
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import ACTIVE, BACKUP, BECAME_PASSIVE, PASSIVE

_AGAIN = "stop the second node, and start it again when the start of the first is complete"
#: Role lines in its place and their meaning (docs/product/ha.md#roles).
_RACE = f"another node held the passive role at that moment, mostly as both nodes were started at once: {_AGAIN}"
_APART = (
    "the nodes did not find each other: members of both must list both, and each must reach the other's member port "
    f"(CLU-03, CLU-05, LOG-05); correct that, then {_AGAIN}"
)


def second_role_problem(first: NodeLog, second: LogSection) -> str:
    """Why the second node did not become passive; "" if it did. `first`: the first node's log, maybe missing."""
    block = BECAME_PASSIVE.match(second)
    if block.complete or PASSIVE.all_in(second):
        return block.message
    expected = f"expected {PASSIVE.text!r}; page section {PAGE_SECTION!r}"
    if active := ACTIVE.all_in(second):
        return f"{_both_active(first, second, active[0])}, {expected} - {_APART}"
    if backup := BACKUP.all_in(second):
        found = f"{second}: found {backup[0].place} {backup[0].first!r}"
        return f"{found}, {expected} - {_RACE}"
    return f"{block.message} - it took no role at all, as happens when both nodes start at once: {_AGAIN}"


def _both_active(first: NodeLog, second: LogSection, active: LogEvent) -> str:
    here = f"{second.node} {active.place}"
    there = []
    with suppress(EvidenceError):
        there = ACTIVE.all_in(first.deployment_start())
    if not there:
        return f"{second}: found {active.place} {active.first!r}"
    return f"both nodes became active: {first.node} {there[0].place}, {here} ({active.first!r})"
