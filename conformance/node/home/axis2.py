"""The clustering section of axis2.xml as the Hazelcast agent reads it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from conformance.judgement.located import Located, LocatedInt, whole
from conformance.node.home.own_host import OwnHost, begins, canonical, ip_version
from conformance.node.home.stated import is_stated, literal, stated
from conformance.node.home.xml_source import XmlSource

#: The agent on the page (Required configurations, step 2.1).
HAZELCAST_AGENT = "org.wso2.carbon.core.clustering.hazelcast.HazelcastClusteringAgent"
_LAST_PORT = 65535
_IPV6 = 6


class Member(NamedTuple):
    """One well-known member: host and port as written."""

    host: Located
    port_text: Located

    @property
    def port(self) -> LocatedInt:
        """The port. AssertionError if it is not a whole number, NotAssessed if it is a property or variable."""
        return stated(self.port_text).int_()

    @property
    def plain_port(self) -> str:
        """The port, normalized; as written if it is not a number."""
        number = whole(self.port_text)
        return self.port_text if number is None else str(number)

    @property
    def is_stated(self) -> bool:
        """Whether host and port are literal values; the product looks up a `${name}` as property or variable."""
        return is_stated(self.host) and is_stated(self.port_text)

    def must_be_stated(self) -> None:
        """NotAssessed if host and port are not literal values."""
        stated(self.host)
        stated(self.port_text)

    @property
    def key(self) -> str:
        """`host:port`, normalized."""
        return f"{canonical(self.host)}:{self.plain_port}"

    @property
    def address(self) -> str:
        """`host:port`; equal members have equal addresses."""
        return f"{self.host}:{self.plain_port}"


class Members(tuple[Member, ...]):
    """The well-known members in document order."""

    section: Located

    @classmethod
    def of(cls, members: list[Member], section: Located) -> Members:
        """`members` and their parent element, for messages."""
        found = cls(members)
        found.section = section
        return found

    @property
    def addresses(self) -> list[str]:
        """Return every distinct `host:port`, sorted."""
        return sorted({member.address for member in self})

    def by_host(self, own: OwnHost, prefer: int | None = None) -> Member:
        """The member listed for a host, if several share it the one that is `prefer`. AssertionError if none."""
        found = [member for member in self if own.has(member.host)]
        found = found or [member for member in self if own.may_have(member.host)]
        if not found:
            expected = " or ".join(own.known) or "of this node's own"
            raise AssertionError(f"{self.describe()}, expected a member with host {expected}")
        return next((member for member in found if member.plain_port == str(prefer)), found[0])

    def lists(self, host: str, own: OwnHost) -> bool:
        """Whether `host` is listed, perhaps in another spelling of the node's own host.

        A name and an address count as spellings of each other if the name cannot be resolved. NotAssessed if only a
        `${name}` may stand for it.
        """
        if any(canonical(member.host) == canonical(host) for member in self):
            return True
        if own.has(host) and any(own.has(one.host) for one in self if own.stated or _other_kind(one.host, host)):
            return True
        others = [one.host for one in self if _other_kind(one.host, host) and own.may_have(one.host)]
        if others and not any(is_stated(other) for other in others):
            stated(others[0])
        return bool(others)

    @property
    def without_brackets(self) -> str:
        """IPv6 members that Hazelcast misreads, as it takes the port for the end of the address; for the operator."""
        wrong = [one.host for one in self if ip_version(one.host) == _IPV6 and not one.host.startswith("[")]
        return "\n".join(f"{host.found}, expected '[{host}]' (host and port become one text)" for host in wrong)

    def describe(self) -> str:
        """The place and the found members, for a message."""
        return f"{self.section.where}: found {', '.join(self.addresses) or 'no member'}"


def may_be_one(one: Member, other: Member) -> bool:
    """Whether two members may be the same: a name and an address, or a name with and without its domain."""
    if one.plain_port != other.plain_port:
        return False
    return _other_kind(one.host, other.host)


def _other_kind(one: str, other: str) -> bool:
    """Whether one host is a name and the other an address, one IPv4 and the other IPv6, or one begins the other."""
    return ip_version(one) != ip_version(other) or begins(one, other)


class Axis2:
    """Clustering of one node."""

    PATH = "repository/conf/axis2/axis2.xml"

    def __init__(self, source: XmlSource, given: Callable[[str], str] = str) -> None:
        """`given` replaces system properties that the start defines, as the product does in members."""
        self._source = source
        self._given = given
        self._section = source.first("clustering")

    @cached_property
    def enabled(self) -> Located:
        """Attribute `enable` in lower case; an absent one means true, an absent section means no clustering."""
        if self._section is None:
            return self._source.absent("clustering", default="false")
        return self._source.attribute(self._section, "enable", default="true").strip().lower()

    @cached_property
    def agent_class(self) -> Located:
        """Class of the clustering agent; not trimmed, as the product does not."""
        return self._source.attribute_at("clustering", "class")

    @cached_property
    def scheme(self) -> Located:
        """Membership scheme; trimmed and case-sensitive, as in the product."""
        return self.parameter("membershipScheme", "multicast").strip()

    @cached_property
    def domain(self) -> Located:
        """Cluster domain, which is Hazelcast's group name; not trimmed, as the product does not."""
        return self.parameter("domain", "apache.axis2.domain")

    @property
    def group_password(self) -> Located:
        """Password of Hazelcast's group, usually absent. Members with another one are rejected without an error."""
        return self.parameter("groupPassword")

    @cached_property
    def local_member_host(self) -> Located:
        """Address at which peers reach this member; trimmed, as in the product, which picks one if it is absent."""
        return self.parameter("localMemberHost").strip()

    @cached_property
    def local_member_port(self) -> LocatedInt:
        """First port that the member tries, without carbon.xml's offset. AssertionError if it is not a port."""
        written = literal(self.parameter("localMemberPort", "4000"))
        number = written.int_()
        if not 0 < number <= _LAST_PORT:
            raise AssertionError(f"{written.found}, expected a port, 1 to {_LAST_PORT}")
        return number

    @cached_property
    def avoid_initiation(self) -> Located:
        """Whether Carbon starts the cluster; if the parameter is absent, axis2 starts it too early."""
        return self.parameter("AvoidInitiation", "false").strip().lower()

    @cached_property
    def members(self) -> Members:
        """The well-known members; of several lists the product reads the first."""
        section = None if self._section is None else self._source.first("members", self._section)
        found = [] if section is None else self._source.all("member", section)
        listed = [Member(self._child(one, "hostName"), self._child(one, "port")) for one in found]
        return Members.of(listed, self._members_place())

    def _child(self, member: object, name: str) -> Located:
        text = self._source.text(name, member).strip()  # type: ignore[arg-type]
        return Located(self._given(text), text.where, present=text.present)

    def _members_place(self) -> Located:
        place = self._source.first("members", self._section) if self._section is not None else None
        return self._source.absent("clustering/members") if place is None else self._source.text_of(place)

    def parameter(self, name: str, default: str | None = None) -> Located:
        """A parameter as written; `default` (the product's) or the missing value if absent."""
        if self._section is None:
            return self._source.absent(f"parameter[@name={name!r}]", default=default)
        return self._source.text_named("parameter", name, self._section, default=default)
