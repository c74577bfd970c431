"""Whether the peer can reach this node at a configured host (page: Required configurations)."""

import re
from ipaddress import ip_address

from conformance.judgement.located import Located
from conformance.node.home.stated import UNREPLACED, is_property
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
