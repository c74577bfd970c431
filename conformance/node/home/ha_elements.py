"""What the HA mode's parser needs, and how it reads it (docs/product/ha.md#how-event-processorxml-is-read)."""

import re
from typing import NamedTuple

from lxml import etree

from conformance.judgement.located import Located
from conformance.node.home.stated import UNREPLACED, is_property
from conformance.node.home.xml_source import XmlSource

_PUBLISHER = (
    "publisherTcpSendBufferSize",
    "publisherCharSet",
    "publisherBufferSize",
    "publisherConnectionStatusCheckInterval",
)
_QUEUES = ("receiverQueueSize", "receiverQueueMaxSizeMb", "publisherQueueSize", "publisherQueueMaxSizeMb")
#: Elements that every node needs, elements by role, and the part whose port a role opens.
_ALWAYS = ("checkMemberUpdateInterval", "management/tryStateChangeInterval", "management/stateSyncRetryInterval")
_BY_ROLE = {
    "worker": tuple(f"eventSync/{name}" for name in (*_PUBLISHER, *_QUEUES)),
    "presenter": tuple(f"presentation/{name}" for name in _PUBLISHER),
}
_PARTS = {"worker": "eventSync", "presenter": "presentation"}
#: The only mandatory element that is not a number, and the size of the publisher's ring buffer.
_TEXT, _POWER_OF_TWO = "publisherCharSet", "publisherBufferSize"
_LARGEST, _LARGEST_PORT = 2**31 - 1, 2**16 - 1


class Flaw(NamedTuple):
    """A value that is missing or unreadable for the parser: its path in the HA mode, and what is expected."""

    steps: str
    value: Located
    wanted: str


def flaws(source: XmlSource, ha: etree._Element) -> list[Flaw]:
    """Values of the HA mode `ha` that are missing or unreadable for the parser, each with its place."""
    switches = {role: source.attribute_at(f"nodeType/{role}", "enable", ha) for role in _BY_ROLE}
    roles = [role for role, switch in switches.items() if switch.lower() == "true"]
    needed = [*_ALWAYS, *(steps for role in roles for steps in _BY_ROLE[role])]
    ports = [f"{part}/port" for part in ("management", *(_PARTS[role] for role in roles))]
    found = [
        *(Flaw(f"nodeType/{role}/@enable", one, _switch_wanted(one)) for role, one in switches.items()),
        *(Flaw(steps, value, _wanted(value, steps)) for steps in needed for value in [source.text(steps, ha)]),
        *(Flaw(steps, port, _port_wanted(port)) for steps in ports for port in [source.text(steps, ha)]),
    ]
    return [one for one in found if one.wanted]


def _switch_wanted(switch: Located) -> str:
    return "" if switch.lower() in ("true", "false") else "'true' or 'false', without blanks around it"


def _wanted(value: Located, steps: str) -> str:
    """What is expected instead; "" if the value is good."""
    name = steps.rpartition("/")[2]
    if name == _TEXT:
        return "" if value.strip() else "the name of a character set, such as UTF-8"
    number = _number(value)
    if not 0 < number <= _LARGEST:
        return "a whole number above 0, without blanks around it"
    if name == _POWER_OF_TWO and number & (number - 1):
        return "a power of two, which the publisher's ring buffer demands"
    return ""


def _port_wanted(port: Located) -> str:
    """A port may be absent, as there is a default. The product silently replaces an unreadable one."""
    if not port.present or 0 < _number(port) <= _LARGEST_PORT:
        return ""
    note = f"a ${{..}} is {UNREPLACED} here, which" if is_property(port) else "the product"
    return f"a port, without blanks around it ({note} takes its default instead)"


def _number(value: Located) -> int:
    """The number as the product reads it, without blanks; 0 if it is not a number."""
    return int(value) if re.fullmatch(r"\+?[0-9]{1,10}", value) else 0
