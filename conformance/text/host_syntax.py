"""The syntax of hosts: an address, or a name that resolvers accept."""

import re
from ipaddress import ip_address

from conformance.text.late_pattern import late

#: The rules do not allow underscores, but container engines use them and resolvers accept them.
_LABEL = late(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST = 253
_QUAD = late(r"[0-9]{1,9}(\.[0-9]{1,9}){3}")
_LOCALHOST = late(r"localhost[46]?(\..*)?", re.IGNORECASE)
#: The expected syntax, for the operator.
EXPECTED = "an IP address or a host name: letters, digits, hyphens and dots, 63 characters at most between two dots"


def as_java_reads(address: str) -> str:
    """An IPv4 address without leading zeros in its numbers, which Java reads as decimal; other texts unchanged."""
    if not _QUAD.fullmatch(address):
        return address
    return ".".join(number.lstrip("0") or "0" for number in address.split("."))


def in_url(host: str) -> str:
    """The host as it is written before a port: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


def is_localhost(name: str) -> bool:
    """Whether a name means the local host."""
    return bool(_LOCALHOST.fullmatch(name))


def is_host(text: str) -> bool:
    """Whether the text is an address or a name. A name cannot end with a number; that is a wrong address."""
    if len(text) > _LONGEST:
        return False
    try:
        ip_address(as_java_reads(text.strip("[]")))
    except ValueError:
        labels = text.removesuffix(".").split(".")
        return all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdecimal()
    return True
