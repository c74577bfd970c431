"""Whether a configured host can be an address by which the peer reaches this node (page: Required configurations)."""

from ipaddress import ip_address

from conformance.judgement.located import Located
from conformance.node.home.stated import UNREPLACED, is_property
from conformance.text.host_syntax import EXPECTED, is_host


def unreachable(host: Located, *, single_host: bool = False) -> str:
    """Why no peer on another host can use `host`, for the operator; "" if nothing speaks against it.

    With `single_host` loopback addresses are allowed, wildcards and names for this very host are not.
    """
    reason = _reason(host, single_host)
    return f"{host.where}: found {host.describe()}, expected this node's own address ({reason})" if reason else ""


def _reason(host: Located, single_host: bool) -> str:
    if not host.strip():
        return "empty: the product then picks an address by itself"
    if host != host.strip():
        return "the blanks around it count"
    if host.lower().startswith("localhost"):
        return "each host has a localhost of its own"
    try:
        address = ip_address(host)
    except ValueError:
        if is_property(host):
            return f"a ${{..}} is {UNREPLACED} here"
        if set(host) & set("[]<>{}$ "):
            return "a placeholder is left"
        return "" if is_host(host) else f"no resolver takes it; expected {EXPECTED}"
    if address.is_unspecified:
        return "a wildcard is not an address that a peer can call"
    return "each host has a loopback of its own" if address.is_loopback and not single_host else ""
