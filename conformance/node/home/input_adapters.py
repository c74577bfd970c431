"""Which input adapters take events.duplicated.in.cluster from a receiver, and what the others do.

See docs/product/event-sync.md#duplicated-receivers.
"""

import re
from difflib import SequenceMatcher

DUPLICATED = "events.duplicated.in.cluster"
#: Where a JMS receiver says what it listens to.
JMS_DESTINATION_TYPE = "transport.jms.DestinationType"

#: Adapters that do what the receiver states.
READS = ("wso2event", "kafka", "websocket")
#: Adapters that do the same whatever the receiver states: whether the client is taken to send to both nodes.
_FIXED = {"http": False, "soap": False, "email": False, "websocket-local": False, "mqtt": True}
#: Takes its setting from the global adapter file only.
_GLOBAL = "file-tail"
_JMS = "jms"
#: How much of a name must be that of a property for it to be meant, and how much of it is looked at.
_ALIKE, _LONGEST = 0.85, 200


def is_known(adapter: str) -> bool:
    """Whether it is an adapter of the product."""
    return adapter in (*READS, *_FIXED, _GLOBAL, _JMS)


def contradiction(adapter: str, stated: bool, destination_type: str) -> str:
    """What the adapter does instead of what its receiver states, for a sentence; "" where it does that, or unknown."""
    if adapter == _GLOBAL:
        return "takes it from input-event-adapters.xml only" if stated else ""
    does = in_force(adapter, stated, destination_type)
    if does == stated:
        return ""
    return "never forwards them" if does else "always forwards them, so that the client's second copy is one too many"


def in_force(adapter: str, stated: bool, destination_type: str) -> bool:
    """Whether the adapter takes the client to send to both nodes, and so keeps its node from forwarding events."""
    return destination_type.lower() == "topic" if adapter == _JMS else _FIXED.get(adapter, stated)


def meant(name: str, adapter: str) -> str:
    """The property that `name` is a wrong spelling, or a former name, of; "" where it is right, or another one."""
    letters = _letters(name)
    known: tuple[str, ...] = (DUPLICATED, JMS_DESTINATION_TYPE) if adapter == _JMS else (DUPLICATED,)
    for right in known:
        if name == right:
            return ""
        wanted = _letters(right)
        if wanted in letters or SequenceMatcher(None, letters, wanted).ratio() >= _ALIKE:
            return right
    return ""


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", str(name)[:_LONGEST].lower())
