"""What the parser of the HA mode needs, and how it reads it (cluster facts 3.6, 3.8)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

from conformance.located import Located
from conformance.node.xml_source import XmlSource

_PUBLISHER = (
    "publisherTcpSendBufferSize",
    "publisherCharSet",
    "publisherBufferSize",
    "publisherConnectionStatusCheckInterval",
)
_QUEUES = ("receiverQueueSize", "receiverQueueMaxSizeMb", "publisherQueueSize", "publisherQueueMaxSizeMb")
#: Mandatory elements on every node and, of the two roles, on a node that has it.
_ALWAYS = (
    "checkMemberUpdateInterval",
    "management/tryStateChangeInterval",
    "management/stateSyncRetryInterval",
)
_WORKER = tuple(f"eventSync/{name}" for name in (*_PUBLISHER, *_QUEUES))
_PRESENTER = tuple(f"presentation/{name}" for name in _PUBLISHER)
_SWITCHES = ("worker", "presenter")
#: The only mandatory text that is no number.
_TEXT = "publisherCharSet"
#: The ring of the event publisher takes no other size.
_POWER_OF_TWO = "publisherBufferSize"
_LARGEST = 2**31 - 1
_LARGEST_PORT = 2**16 - 1


@dataclass(frozen=True)
class Shortcoming:
    """A value that the parser stumbles over, and what it expects instead."""

    value: Located
    expected: str

    def told(self) -> str:
        """Place, found and expected, for a message."""
        return f"{self.value.where}: found {self.value.told()}, expected {self.expected}"


def shortcomings(source: XmlSource, ha: etree._Element) -> list[Shortcoming]:
    """What is missing in the HA mode `ha`, or is nothing that the code can read; in the order of the code."""
    found = [one for name in _SWITCHES if (one := _switch(source, ha, name))]
    roles = {name for name in _SWITCHES if _enabled(source, ha, name)}
    needed = [*_ALWAYS, *(_WORKER if "worker" in roles else ()), *(_PRESENTER if "presenter" in roles else ())]
    found += [one for steps in needed if (one := _needed(source, ha, steps))]
    ports = [
        "management",
        *(["eventSync"] if "worker" in roles else []),
        *(["presentation"] if "presenter" in roles else []),
    ]
    return [*found, *(one for part in ports if (one := _port(source, ha, f"{part}/port")))]


def _enabled(source: XmlSource, ha: etree._Element, name: str) -> bool:
    element = source.first(f"nodeType/{name}", ha)
    return element is not None and element.get("enable", "").lower() == "true"


def _switch(source: XmlSource, ha: etree._Element, name: str) -> Shortcoming | None:
    element = source.first(f"nodeType/{name}", ha)
    absent = source.absent(f"nodeType/{name}/@enable", ha)
    value = absent if element is None else source.attribute(element, "enable")
    return None if value.lower() in ("true", "false") else Shortcoming(value, "'true' or 'false', without blanks")


def _needed(source: XmlSource, ha: etree._Element, steps: str) -> Shortcoming | None:
    value, name = source.text(steps, ha), steps.rpartition("/")[2]
    if name == _TEXT:
        return None if value.strip() else Shortcoming(value, "the name of a character set, such as UTF-8")
    number = _number(value)
    if number is None or not 0 < number <= _LARGEST:
        return Shortcoming(value, "a whole number above 0, without blanks around it")
    if name == _POWER_OF_TWO and number & (number - 1):
        return Shortcoming(value, "a power of two, which the publisher's ring buffer demands")
    return None


def _port(source: XmlSource, ha: etree._Element, steps: str) -> Shortcoming | None:
    """A port may be absent: the code has a default of its own. One that it cannot read is replaced without an error."""
    value = source.text(steps, ha)
    number = _number(value)
    if not value.present or (number is not None and 0 < number <= _LARGEST_PORT):
        return None
    return Shortcoming(value, "a port, without blanks around it (the product takes another one instead)")


def _number(value: Located) -> int | None:
    """The number as the code reads it: no blanks."""
    return int(value) if re.fullmatch(r"\+?[0-9]{1,10}", value) else None
