"""Whether a host that is configured on a node is that node's own: what is known of its host and of its peer's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address

from conformance.cluster import NodeSpec
from conformance.located import Located
from conformance.node.host_value import unreachable
from conformance.requirement import not_assessed

#: What an operator can do where files alone do not tell a host's addresses.
REMEDY = "topology.toml can state the addresses of each host"


def canonical(host: str) -> str:
    """One spelling of an address or name: IPv6 compressed, IPv4 in IPv6 unwrapped, names in lower case."""
    text = host.strip().strip("[]")
    try:
        address = ip_address(text)
    except ValueError:
        return text.lower().rstrip(".")
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def is_address(host: str) -> bool:
    """Whether it is an IP address and no name."""
    return _family(host) is not None


@dataclass(frozen=True)
class OwnHost:
    """Addresses and names of a node's host, and those of its peers by node; `stated` as in NodeSpec."""

    known: tuple[str, ...]
    peers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stated: bool = True
    single_host: bool = False

    @classmethod
    def of(cls, spec: NodeSpec, peers: tuple[NodeSpec, ...] = (), *, single_host: bool = False) -> OwnHost:
        """What the deployment knows."""
        return cls(_names(spec), {peer.name: _names(peer) for peer in peers}, spec.stated, single_host)

    def refusal(self, host: Located) -> str:
        """Why `host` cannot be this node's own address, for the operator; "" if nothing speaks against it.

        A name whose address nobody knows is not refused. NotAssessed when only the host itself could tell.
        """
        if problem := unreachable(host, single_host=self.single_host):
            return problem
        reason = self._foreign(str(host))
        return f"{host.where}: found {host.told()}, expected this node's own address ({reason})" if reason else ""

    def may_be(self, host: str) -> bool:
        """Whether nothing speaks against `host` as a spelling of this node's own address."""
        return not self._foreign(host)

    def _foreign(self, host: str) -> str:
        name = canonical(host)
        owners = [peer for peer, names in self.peers.items() if name in names]
        if owners and not self.single_host:
            both = f"{', '.join(owners)} has it too; nodes that share a host say so: single_host"
            return both if name in self.known else f"it is that of {', '.join(owners)}"
        if name in self.known:
            return ""
        rivals = [one for one in self.known if _family(one) == _family(name)]
        if not is_address(name) or not rivals:
            # A name, or the address of a host that is known by name only: nobody knows more.
            return ""
        if self.stated:
            return f"the host has {', '.join(self.known)}"
        return not_assessed(f"{host} and {', '.join(rivals)}: the files do not tell which one the host has; {REMEDY}")


def _names(spec: NodeSpec) -> tuple[str, ...]:
    return tuple(dict.fromkeys(canonical(name) for name in (spec.address, *spec.other_names) if name))


def _family(host: str) -> int | None:
    """IP version, None for a name."""
    try:
        return ip_address(host).version
    except ValueError:
        return None
