"""Which input adapters take events.duplicated.in.cluster from a receiver, and what the others do (facts 3.6)."""

from __future__ import annotations

DUPLICATED = "events.duplicated.in.cluster"
#: Where a JMS receiver says what it listens to.
JMS_DESTINATION_TYPE = "transport.jms.DestinationType"

#: Adapters that do what the receiver states; the last is the lab's own.
READS = ("wso2event", "kafka", "websocket", "lab-http-duplicated")
#: Adapters that do the same whatever the receiver states: whether the client is taken to send to both nodes.
_FIXED = {"http": False, "soap": False, "email": False, "websocket-local": False, "mqtt": True}
#: Takes its setting from the global adapter file only.
_GLOBAL = "file-tail"
_JMS = "jms"


def is_known(adapter: str) -> bool:
    """Whether it is an adapter of the product or of the lab."""
    return adapter in (*READS, *_FIXED, _GLOBAL, _JMS)


def contradiction(adapter: str, stated: bool, destination_type: str) -> str:
    """What the adapter does instead of what its receiver states, for a sentence; "" where it does that, or unknown."""
    if adapter == _GLOBAL:
        return "takes it from input-event-adapters.xml only" if stated else ""
    does = destination_type.lower() == "topic" if adapter == _JMS else _FIXED.get(adapter, stated)
    if does == stated:
        return ""
    return "never forwards them" if does else "always forwards them, so that the client's second copy is one too many"
