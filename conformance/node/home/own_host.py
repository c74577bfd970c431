"""Whether a configured host is the node's own, judged by what is known about its host and its peer's.

Also whether the peer can reach the node at it (page: Required configurations). Resolves host names, and recognizes
loopback names and addresses.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import ip_address

from conformance.deployment.spec import NodeSpec
from conformance.evidence.witness import Witness
from conformance.judgement.located import Located
from conformance.judgement.requirement import not_assessed
from conformance.node.home.stated import UNREPLACED, is_property, is_stated
from conformance.text.host_syntax import EXPECTED, as_java_reads, is_host, is_localhost

#: An IPv6 address in brackets, which Java accepts.
_IPV6 = re.compile(r"^\[([^\]]*:[^\]]*)\]$")


def uncallable(host: Located) -> str:
    """Why no peer can connect to `host` for events, for the operator; "" if it can."""
    if ":" not in host:
        return ""
    why = "who connects takes what stands before the first colon for the host, so that no address of IPv6 can be called"
    return f"{host.found}, expected an IPv4 address or a host name ({why})"


def unreachable(host: Located, *, single_host: bool = False) -> str:
    """Why no peer on another host can use `host`, for the operator; "" if nothing prevents it.

    With `single_host` loopback addresses are allowed; wildcards and names for the local host are not.
    """
    reason = _reason(host, single_host)
    return f"{host.found}, expected this node's own address ({reason})" if reason else ""


def _reason(host: Located, single_host: bool) -> str:
    if not host.strip():
        return "empty: the product then picks an address by itself"
    if host != host.strip():
        return "the blanks around it count"
    if is_localhost(host):
        return "each host has a localhost of its own"
    try:
        address = ip_address(as_java_reads(_IPV6.sub(r"\1", host)))
    except ValueError:
        if is_property(host):
            return f"a ${{..}} is {UNREPLACED} here"
        if set(host) & set("[]<>{}$ "):
            return "a placeholder is left"
        return "" if is_host(host) else f"no resolver takes it; expected {EXPECTED}"
    if address.is_unspecified:
        return "a wildcard is not an address that a peer can call"
    return "each host has a loopback of its own" if address.is_loopback and not single_host else ""


#: What an operator can do if the files alone do not show a host's addresses.
REMEDY = "topology.toml can state the addresses of each host"

#: Addresses of a host name; empty if it is unknown.
Resolve = Callable[[str], list[str]]


@lru_cache
def canonical(host: str) -> str:
    """Normalized address or name: IPv6 compressed and without a zone, IPv4 in it unwrapped, names in lower case."""
    text = as_java_reads(host.strip().strip("[]"))
    try:
        address = ip_address(text)
    except ValueError:
        return text.lower().rstrip(".")
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address).partition("%")[0]


@lru_cache
def ip_version(host: str) -> int | None:
    """4 or 6, None for a name."""
    try:
        return ip_address(canonical(host)).version
    except ValueError:
        return None


def begins(one: str, other: str) -> bool:
    """Whether one name is the other without its domain, or, of a Kubernetes service, without any part of that."""
    short, long = sorted((canonical(one), canonical(other)), key=len)
    return long.startswith(f"{short}.") and ("." not in short or "svc" in long.split("."))


@dataclass(frozen=True)
class OwnHost:
    """Addresses and names of a node's host, and of its peers by node; `stated` as in NodeSpec.

    `claimed`: further addresses in a minority of the node's files: a separate network, or a mistake. `resolve`: the
    resolver of the judging machine; None if no address is stated for comparison. `of_both`: returns the host that both
    nodes' files use with different ports, as nodes on one host do.
    """

    known: tuple[str, ...]
    peers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stated: bool = True
    single_host: bool = False
    claimed: tuple[str, ...] = ()
    resolve: Resolve | None = None
    of_both: Callable[[], str] = str

    @classmethod
    def of(
        cls,
        spec: NodeSpec,
        peers: tuple[NodeSpec, ...] = (),
        *,
        single_host: bool = False,
        resolve: Resolve | None = None,
        of_both: Callable[[], str] = str,
    ) -> OwnHost:
        """Make it from the deployment's facts; names are resolved only if it states the addresses of all nodes."""
        peers_names = {peer.name: _names(peer) for peer in peers}
        names = _names(spec)
        known = names if spec.stated else _first_addresses(names)
        claimed = tuple(name for name in names if name not in known)
        comparable = all(one.stated for one in (spec, *peers)) and not single_host
        return cls(known, peers_names, spec.stated, single_host, claimed, resolve if comparable else None, of_both)

    def refusal(self, host: Located) -> str:
        """Why `host` cannot be this node's own address, for the operator; "" if nothing contradicts it.

        A name with an unknown address is accepted, and so is a name for an address that only the nodes may know.
        NotAssessed if only the host itself could tell.
        """
        if problem := unreachable(host, single_host=self.single_host):
            return problem
        name = canonical(host)
        if reason := self._foreign(name) or self._astray(name):
            return f"{host.found}, expected this node's own address ({reason})"
        if rivals := self._unknown(name):
            not_assessed(f"{host.where}: the files do not show whether {host} or {rivals} is this host's; {REMEDY}")
        return ""

    def has(self, host: str) -> bool:
        """Whether `host` is known to be this node's, if only by one of its files."""
        return canonical(host) in (*self.known, *self.claimed)

    def may_have(self, host: str) -> bool:
        """Whether `host` may be this node's: it is known to be, or it is a name that cannot be resolved."""
        name = canonical(host)
        if is_stated(host) and not is_host(name):
            return False
        return not self._foreign(name) and (name in self.claimed or not self._unknown(name))

    def _foreign(self, name: str) -> str:
        mine = name in self.known or any(begins(name, one) for one in self.known)
        owners = ", ".join(
            peer
            for peer, names in self.peers.items()
            if name in names or (not mine and any(begins(name, one) for one in names))
        )
        if owners and not self.single_host and name != self.of_both():
            both = f"{owners} has it too; nodes that share one host must be declared so"
            return both if name in self.known else f"it is that of {owners}"
        rivals = self._rivals(name)
        return f"the host has {rivals}" if rivals and self.stated else ""

    def _astray(self, name: str) -> str:
        """Why the peer does not reach this host by this name, if the name's address proves that."""
        if self.resolve is None or name in self.known or ip_version(name):
            return ""
        addresses = [canonical(address) for address in self.resolve(name)]
        if set(addresses) & {*self.known}:
            return ""
        proofs = ((address, self._proof(address)) for address in addresses)
        return next((f"the name stands for {address}, {reason}" for address, reason in proofs if reason), "")

    def _proof(self, address: str) -> str:
        """Why `address` cannot belong to a name of this host; "" if the host may have it in its own network."""
        if ip_address(address).is_loopback:
            return "and each host has a loopback of its own"
        owner = next((peer for peer, names in self.peers.items() if address in names), "")
        return owner and f"which is that of {owner}"

    def _unknown(self, name: str) -> str:
        return "" if self.stated else self._rivals(name)

    def _rivals(self, name: str) -> str:
        """Known addresses of the same kind, if `name` is not one of them; "" for a host name."""
        if name in self.known or ip_version(name) is None:
            return ""
        return ", ".join(one for one in self.known if ip_version(one) == ip_version(name))


def _first_addresses(names: tuple[str, ...]) -> tuple[str, ...]:
    """All names, and the first address of each IP version."""
    first = {ip_version(name): name for name in reversed(names)}
    return tuple(name for name in names if ip_version(name) is None or first[ip_version(name)] == name)


def _names(spec: NodeSpec) -> tuple[str, ...]:
    return tuple(dict.fromkeys(canonical(name) for name in (spec.address, *spec.other_names) if name))


def resolved(witness: Witness, name: str) -> list[str]:
    """Addresses of a host name by this machine's resolver; empty if it does not know the name."""
    return list(witness.ask("cluster", f"addresses of host {name}", lambda: _lookup(name)))


def is_loopback(host: str) -> bool:
    """Whether a host name or address means the local host of whichever machine uses it."""
    name = canonical(host)
    return is_localhost(name) or name == "::1" or (ip_version(name) == 4 and name.startswith("127."))


def _lookup(name: str) -> list[str]:
    try:
        return sorted({str(info[4][0]) for info in socket.getaddrinfo(name, None)}) if name else []
    except (OSError, UnicodeError):
        return []
