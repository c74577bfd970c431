"""Host names: which addresses they have, and which of them are everybody's own."""

import socket

from conformance.evidence.witness import Witness
from conformance.node.home.own_host import canonical, ip_version


def resolved(witness: Witness, name: str) -> list[str]:
    """Addresses of a host name by the resolver of this machine; none for a name that it does not know."""
    return list(witness.ask("cluster", f"addresses of host {name}", lambda: _lookup(name)))


def is_loopback(host: str) -> bool:
    """Whether a host, by name or address, is the one of who reads it."""
    name = canonical(host)
    return name.startswith("localhost") or name == "::1" or (ip_version(name) == 4 and name.startswith("127."))


def _lookup(name: str) -> list[str]:
    try:
        return sorted({str(info[4][0]) for info in socket.getaddrinfo(name, None)}) if name else []
    except (OSError, UnicodeError):
        return []
