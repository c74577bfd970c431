"""Which input adapters read events.duplicated.in.cluster from a receiver, and what the others do."""

import re
from difflib import SequenceMatcher

DUPLICATED = "events.duplicated.in.cluster"
#: The property for what a JMS receiver listens to.
JMS_DESTINATION_TYPE = "transport.jms.DestinationType"

#: Adapters that follow the receiver's setting.
READS = ("wso2event", "kafka", "websocket")
#: Adapters with a fixed behaviour: whether they assume that the client sends to both nodes.
_FIXED = {"http": False, "soap": False, "email": False, "websocket-local": False, "mqtt": True}
#: Reads its setting only from the global adapter file.
_GLOBAL = "file-tail"
_JMS = "jms"
#: Minimum similarity to a property's name, and maximum length that is compared.
_ALIKE, _LONGEST = 0.85, 200


def is_known(adapter: str) -> bool:
    """Whether the adapter is part of the product."""
    return adapter in (*READS, *_FIXED, _GLOBAL, _JMS)


def contradiction(adapter: str, stated: bool, destination_type: str) -> str:
    """What the adapter does against its receiver's setting, for a sentence; "" if it follows it or is unknown."""
    if adapter == _GLOBAL:
        return "takes it from input-event-adapters.xml only" if stated else ""
    does = in_force(adapter, stated, destination_type)
    if does == stated:
        return ""
    return "never forwards them" if does else "always forwards them, so that the client's second copy is one too many"


def in_force(adapter: str, stated: bool, destination_type: str) -> bool:
    """Whether the adapter assumes that the client sends to both nodes, so that its node does not forward events."""
    return destination_type.lower() == "topic" if adapter == _JMS else _FIXED.get(adapter, stated)


def meant(name: str, adapter: str) -> str:
    """The property of which `name` is a misspelling or a former name; "" if it is right or unrelated."""
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
