"""What a node's log says about itself and its peer in a start; every value with its log line."""

from typing import NamedTuple

from conformance.judgement.located import Located, LocatedInt
from conformance.node.home.axis2 import Members
from conformance.node.home.own_host import OwnHost, canonical, unreachable
from conformance.node.log.event import LogEvent
from conformance.node.log.ordered_block import PAGE_SECTION, LogLine
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import ADDED_MEMBER, LOCAL_MEMBER, MASTER_MAP, MEMBER_JOINED, SYNC_FAILED, SYNCED


class LocalMember(NamedTuple):
    """The line `Local member`: resolved address, bound port, web ports in use."""

    host: Located
    port: LocatedInt
    http: LocatedInt
    https: LocatedInt


def local_member(section: LogSection) -> LocalMember:
    """How the node joined. AssertionError if its log does not say."""
    event = _only(section, LOCAL_MEMBER)
    host, *ports = (LOCAL_MEMBER.value_of(event, section.node, name) for name in ("host", "port", "http", "https"))
    port, http, https = (one.int_() for one in ports)
    return LocalMember(host, port, http, https)


def host_problem(own: OwnHost, section: LogSection) -> str:
    """Why the local member is not this node, for the operator; "" if nothing contradicts it."""
    host = local_member(section).host
    problem = own.refusal(host)
    if not problem:
        return ""
    if unreachable(host, single_host=own.single_host):
        return f"{problem}; the name in localMemberHost stands for it on that host: correct its /etc/hosts"
    return f"{problem}; is the log this node's own, and its files those of that start?"


def added_members(section: LogSection) -> list[str]:
    """`host:port` of every line `Added member`, normalized and sorted; twice if logged twice."""
    return sorted(_address(event, section) for event in ADDED_MEMBER.all_in(section))


def _address(event: LogEvent, section: LogSection) -> str:
    host, port = (ADDED_MEMBER.value_of(event, section.node, name) for name in ("host", "port"))
    return f"{canonical(host)}:{port}"


def added_as_listed(added: list[str], members: Members) -> bool:
    """Whether `added` contains each listed member once, and nothing else.

    NotAssessed if all members with known values were added, and only the running product knows the others.
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
    """`ip:port` of every line `Member joined`, in order, without a name before the slash."""
    lines = MEMBER_JOINED.all_in(section)
    return [str(MEMBER_JOINED.value_of(event, section.node, "address")).rpartition("/")[2] for event in lines]


def joined_as(joined: list[str], host: OwnHost, port: int) -> bool:
    """Whether one of the addresses from `joined_members` is that of a node at `host`."""
    members = [address.rpartition(":") for address in joined]
    return any(number == str(int(port)) and host.may_have(address) for address, _, number in members)


def master_map_size(section: LogSection) -> LocatedInt:
    """Number of Spark masters that the node knew after it started its own. AssertionError if it is not logged."""
    return MASTER_MAP.value_of(_only(section, MASTER_MAP), section.node, "size").int_()


def last_sync(section: LogSection) -> LogEvent:
    """The last result of a state sync, good or bad. AssertionError if there is none."""
    events = section.written_by(*SYNCED.loggers, *SYNC_FAILED.loggers)
    outcomes = [event for event in events if SYNCED.matches(event, {}) or SYNC_FAILED.matches(event, {})]
    if not outcomes:
        raise _missing(section, SYNCED)
    return outcomes[-1]


def _only(section: LogSection, line: LogLine) -> LogEvent:
    """Return the first such line; the product logs it once per start."""
    found = line.all_in(section)
    if not found:
        raise _missing(section, line)
    return found[0]


def _missing(section: LogSection, line: LogLine) -> AssertionError:
    return AssertionError(
        f"{section}: found no line {line.text!r} of {line.logger}, expected one; page section {PAGE_SECTION!r}"
    )
