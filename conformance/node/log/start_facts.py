"""What a node says about itself and its peer in the log of a start; every value with its log line."""

from dataclasses import dataclass

from conformance.judgement.located import Located, LocatedInt
from conformance.node.home.axis2 import Members
from conformance.node.home.host_value import unreachable
from conformance.node.home.own_host import OwnHost, canonical
from conformance.node.log.event import LogEvent
from conformance.node.log.ordered_block import PAGE_SECTION, LogLine
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import ADDED_MEMBER, LOCAL_MEMBER, MASTER_MAP, MEMBER_JOINED, SYNC_FAILED, SYNCED


@dataclass(frozen=True)
class LocalMember:
    """The line `Local member`: resolved address, bound port, effective web ports."""

    host: Located
    port: LocatedInt
    http: LocatedInt
    https: LocatedInt


def local_member(section: LogSection) -> LocalMember:
    """How the node joined. AssertionError when it does not say so."""
    event = _only(section, LOCAL_MEMBER)
    host, *ports = (LOCAL_MEMBER.of(event, section.node, name) for name in ("host", "port", "http", "https"))
    port, http, https = (one.int_() for one in ports)
    return LocalMember(host, port, http, https)


def host_problem(own: OwnHost, section: LogSection) -> str:
    """Why the local member is not the node itself, for the operator; "" if nothing speaks against it."""
    host = local_member(section).host
    problem = own.refusal(host)
    if not problem:
        return ""
    if unreachable(host, single_host=own.single_host):
        return f"{problem}; the name in localMemberHost stands for it on that host: correct its /etc/hosts"
    return f"{problem}; is the log this node's own, and its files those of that start?"


def added_members(section: LogSection) -> list[str]:
    """`host:port` of every line `Added member`, in one spelling, sorted; twice if written twice."""
    return sorted(_address(event, section) for event in ADDED_MEMBER.all_in(section))


def _address(event: LogEvent, section: LogSection) -> str:
    host, port = (ADDED_MEMBER.of(event, section.node, name) for name in ("host", "port"))
    return f"{canonical(host)}:{port}"


def added_as_listed(added: list[str], members: Members) -> bool:
    """Whether `added` holds each listed member once, and nothing else.

    NotAssessed where all that the files state was added, and what the others are only the running product knows.
    """
    expected = {member.key for member in members if member.is_stated}
    open_ones = {member.key: member for member in members if not member.is_stated}
    others = set(added) - expected
    if len(set(added)) < len(added) or expected - set(added) or len(others) > len(open_ones):
        return False
    for member in open_ones.values():
        member.must_be_stated()
    return True


def joined_members(section: LogSection) -> list[str]:
    """`ip:port` of every line `Member joined`, in order; a name that stands before the slash is left out."""
    lines = MEMBER_JOINED.all_in(section)
    return [str(MEMBER_JOINED.of(event, section.node, "address")).rpartition("/")[2] for event in lines]


def joined_as(joined: list[str], host: OwnHost, port: int) -> bool:
    """Whether one of the addresses that `joined_members` gave is that of a node at `host`."""
    members = [address.rpartition(":") for address in joined]
    return any(number == str(int(port)) and host.may_have(address) for address, _, number in members)


def master_map_size(section: LogSection) -> LocatedInt:
    """Number of Spark masters that the node knew after it started its own. AssertionError when it does not say so."""
    return MASTER_MAP.of(_only(section, MASTER_MAP), section.node, "size").int_()


def last_sync(section: LogSection) -> LogEvent:
    """The last outcome of a state sync, good or bad. AssertionError when there is none."""
    events = section.written_by(*SYNCED.loggers, *SYNC_FAILED.loggers)
    outcomes = [event for event in events if SYNCED.matches(event, {}) or SYNC_FAILED.matches(event, {})]
    if not outcomes:
        raise _missing(section, SYNCED)
    return outcomes[-1]


def _only(section: LogSection, line: LogLine) -> LogEvent:
    """The first such line: the code writes it once per start."""
    found = line.all_in(section)
    if not found:
        raise _missing(section, line)
    return found[0]


def _missing(section: LogSection, line: LogLine) -> AssertionError:
    return AssertionError(
        f"{section}: found no line {line.text!r} of {line.logger}, expected one; page section {PAGE_SECTION!r}"
    )
