"""What the parser of the HA mode needs, and how it reads it (docs/product/ha.md#how-event-processorxml-is-read)."""

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
#: Mandatory elements of every node and, by its role, of a node that has it; and the part whose port that role opens.
_ALWAYS = ("checkMemberUpdateInterval", "management/tryStateChangeInterval", "management/stateSyncRetryInterval")
_BY_ROLE = {
    "worker": tuple(f"eventSync/{name}" for name in (*_PUBLISHER, *_QUEUES)),
    "presenter": tuple(f"presentation/{name}" for name in _PUBLISHER),
}
_PARTS = {"worker": "eventSync", "presenter": "presentation"}
#: The only mandatory text that is not a number, and the number that the publisher's ring buffer is made of.
_TEXT, _POWER_OF_TWO = "publisherCharSet", "publisherBufferSize"
_LARGEST, _LARGEST_PORT = 2**31 - 1, 2**16 - 1


class Flaw(NamedTuple):
    """A value that the parser misses or cannot read: the steps to it from the HA mode, and what should stand there."""

    steps: str
    value: Located
    wanted: str


def shortcomings(source: XmlSource, ha: etree._Element) -> list[str]:
    """What the parser misses or cannot read in the HA mode `ha`, for the operator; none where all is well."""
    return [f"{one.value.found}, expected {one.wanted}" for one in flaws(source, ha)]


def flaws(source: XmlSource, ha: etree._Element) -> list[Flaw]:
    """See `shortcomings`."""
    roles = [role for role in _BY_ROLE if _switch(source, ha, role).lower() == "true"]
    needed = [*_ALWAYS, *(steps for role in roles for steps in _BY_ROLE[role])]
    parts = ["management", *(_PARTS[role] for role in roles)]
    found = [
        *(
            Flaw(f"nodeType/{role}/@enable", one, _switch_wanted(one))
            for role in _BY_ROLE
            for one in [_switch(source, ha, role)]
        ),
        *(Flaw(steps, value, _wanted(value, steps)) for steps in needed for value in [source.text(steps, ha)]),
        *(
            Flaw(f"{part}/port", port, _port_wanted(port))
            for part in parts
            for port in [source.text(f"{part}/port", ha)]
        ),
    ]
    return [one for one in found if one.wanted]


def _switch(source: XmlSource, ha: etree._Element, role: str) -> Located:
    return source.attribute_at(f"nodeType/{role}", "enable", ha)


def _switch_wanted(switch: Located) -> str:
    return "" if switch.lower() in ("true", "false") else "'true' or 'false', without blanks around it"


def _wanted(value: Located, steps: str) -> str:
    """What should stand there instead; "" if it is good."""
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
    """A port may be absent: the code has a default of its own. One that it cannot read is replaced without an error."""
    if not port.present or 0 < _number(port) <= _LARGEST_PORT:
        return ""
    note = f"a ${{..}} is {UNREPLACED} here, which" if is_property(port) else "the product"
    return f"a port, without blanks around it ({note} takes its default instead)"


def _number(value: Located) -> int:
    """The number as the code reads it, which puts up with no blanks; 0 for what is none."""
    return int(value) if re.fullmatch(r"\+?[0-9]{1,10}", value) else 0
