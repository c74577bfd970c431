"""Bundles of wso2events, as they travel."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import thriftpy2

from conformance.data_bridge.stream import Stream


@lru_cache(maxsize=1)
def wire() -> Any:
    """The module with `Bundle`, the services `Events` and `SecureEvents`, and the exceptions that they declare."""
    return thriftpy2.load(str(Path(__file__).with_name("wire.thrift")), module_name="data_bridge_thrift")


#: The lists of a bundle by type of attribute; a float travels as a double.
_LISTS = {"INT": "ints", "LONG": "longs", "FLOAT": "doubles", "DOUBLE": "doubles", "BOOL": "bools", "STRING": "texts"}
#: How a text that is missing travels.
_NO_TEXT = "_null"

Value = int | float | bool | str | None


@dataclass(frozen=True)
class WireEvent:
    """One event: its values in the order of the stream's attributes, its time in milliseconds since the epoch."""

    stream: Stream
    at_ms: int
    values: tuple[Value, ...] = field(default=())


def bundle(session: str, events: Sequence[WireEvent]) -> Any:
    """The events as they travel. ValueError when an event has more or fewer values than its stream has attributes."""
    lists: dict[str, list[Any]] = {name: [] for name in ("ints", "longs", "doubles", "bools", "texts")}
    for event in events:
        lists["texts"].append(event.stream.id)
        lists["longs"].append(event.at_ms)
        for kind, value in zip(event.stream.attributes.values(), event.values, strict=True):
            lists[_LISTS[kind]].append(_NO_TEXT if value is None and kind == "STRING" else value)
    return wire().Bundle(session=session, events=len(events), **{name: found or None for name, found in lists.items()})
