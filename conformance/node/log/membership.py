"""How many Hazelcast members a node sees, by its log since its start (docs/product/clustering.md#members-in-the-log).

A node logs each member that joins or leaves after it, but not the older members. The oldest node elects itself
coordinator during its start; a node that does not do so has an older member.
"""

import re
from itertools import pairwise, product
from typing import NamedTuple

from conformance.errors import EvidenceError
from conformance.node.log.event import START_MESSAGE, LogEvent
from conformance.node.log.reading import LogReading, LogSection
from conformance.node.log.start_exceptions import STARTED
from conformance.node.log.start_lines import HAZELCAST_UP, MEMBER_JOINED

_AGENT = "HazelcastClusteringAgent"
_JOINED = re.compile(r"^Member joined \[([^\]]+)\](?:: (.*))?")
_LOCAL = re.compile(r"^Local member: \[([^\]]+)\] - Host:([^,]+)")
_LEFT = re.compile(r"^Member left \[([^\]]+)\]")
_ELECTED = "as the Coordinator node"
_INITIALISED = "Cluster initialization completed"


class Membership(NamedTuple):
    """Members by one node's log; `older`: a member existed before it; `joined` and `left` are in order."""

    node: str
    initialised: bool
    older: bool
    joined: tuple[str, ...]
    left: tuple[str, ...]

    @property
    def members(self) -> int:
        """The number of members that it sees now, including itself."""
        return 1 + self.older + len(self.joined) - len(self.left)

    def __str__(self) -> str:
        first = "joined an older member" if self.older else "was the first member (elected itself as coordinator)"
        return (
            f"{self.node} sees {self.members} members: it {first}, {len(self.joined)} joined and {len(self.left)} left "
            "since its start"
        )


def membership(section: LogSection) -> Membership:
    """The membership by the log of one start."""
    own, peers = section.written_by(_AGENT), section.written_by(*MEMBER_JOINED.loggers)
    end = next((n for n, one in enumerate(own) if _INITIALISED in one.message), None)
    elected = any(_ELECTED in one.message for one in own[: end or 0])
    return Membership(section.node, end is not None, not elected, _named(peers, _JOINED), _named(peers, _LEFT))


def of_one_node(reading: LogReading) -> LogReading:
    """The reading. EvidenceError if it is mixed: the node itself joins in it, or a start begins or ends twice."""
    for one, again in pairwise(reading.starts):
        begun, more = one.events[0], again.events[0]
        if (begun.path, begun.at) == (more.path, more.at) and not STARTED.all_in(one):
            raise EvidenceError(
                f"{reading.node} {more}: the start of {begun.place} begins here once more, so each "
                "event stands twice in this log",
                f"hand in {reading.path} as the node wrote it, without the lines of its console",
            )
    for start, once in product(reading.starts, (HAZELCAST_UP, STARTED)):
        for done, newer in pairwise(once.all_in(start)):
            raise EvidenceError(
                f"{reading.node} {newer}: {once.text!r} came at {done.place} already, so that another start began "
                f"between them, without a line {START_MESSAGE!r}: its beginning was rotated away",
                f"hand in every rotated part of the log from {done.path} to {newer.path}",
            )
    events = [event for start in reading.starts for event in start.written_by(_AGENT, *MEMBER_JOINED.loggers)]
    local = [(event, found) for event in events if (found := _LOCAL.match(event.first))]
    own = {found[1]: event for event, found in local}
    hosts = {found[1]: found[2] for _, found in local}
    for event in events:
        joined = _JOINED.match(event.first)
        if joined and joined[1] in own and not _is_elsewhere(hosts[joined[1]], joined[2]):
            raise EvidenceError(
                f"{reading.node} {event}: that is the member of {own[joined[1]].place}, so lines of two nodes stand in "
                "this log",
                "hand in the log of each node by itself",
            )
    return reading


def _is_elsewhere(host: str, joined: str | None) -> bool:
    """Whether the member joined from another address than the host's; unknown (False) for names."""
    address = (joined or "").rpartition("/")[2].rpartition(":")[0]
    return host != address and all(re.fullmatch(r"[\d.]+", one) for one in (host, address))


def _named(events: list[LogEvent], pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(found[1] for event in events if (found := pattern.match(event.message)))
