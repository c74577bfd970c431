"""What a host may be called: an address, or a name that a resolver takes."""

import re
from ipaddress import ip_address

#: Underscores are no part of the rules, but container engines make names with them and resolvers take them.
_LABEL = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
_LONGEST = 253
#: What is expected, for the operator.
EXPECTED = "an IP address or a host name: letters, digits, hyphens and dots, 63 characters at most between two dots"


def is_host(text: str) -> bool:
    """Whether the text is an address or a name. A name never ends with a number: that is a wrong address."""
    if len(text) > _LONGEST:
        return False
    try:
        ip_address(text.strip("[]"))
    except ValueError:
        labels = text.removesuffix(".").split(".")
        return all(map(_LABEL.fullmatch, labels)) and not labels[-1].isdecimal()
    return True
