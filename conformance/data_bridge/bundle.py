"""Streams of wso2events, and the events encoded in bundles for the wire; Thrift is loaded only for that."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple


@cache
def wire() -> Any:
    """The Thrift module with `Bundle`, the services `Events` and `SecureEvents`, and their exceptions."""
    import thriftpy2  # Only here: it takes long to load, and hardly any run needs it.

    return thriftpy2.load(str(Path(__file__).with_name("wire.thrift")), module_name="data_bridge_thrift")


#: The list in a bundle for each attribute type; a float is sent as a double.
_LISTS = {"INT": "ints", "LONG": "longs", "FLOAT": "doubles", "DOUBLE": "doubles", "BOOL": "bools", "STRING": "texts"}
#: How a missing text is sent.
_NO_TEXT = "_null"

Value = int | float | bool | str | None


class Stream(NamedTuple):
    """`attributes` of the payload in order, name to type (INT, LONG, FLOAT, DOUBLE, BOOL, STRING)."""

    name: str
    version: str
    attributes: Mapping[str, str]
    description: str = ""

    @property
    def id(self) -> str:
        """The id that events use."""
        return f"{self.name}:{self.version}"

    def definition(self) -> str:
        """The definition in the format of the product's deployer and data bridge."""
        payload = [{"name": name, "type": kind} for name, kind in self.attributes.items()]
        head = {"name": self.name, "version": self.version, "nickName": "", "description": self.description}
        return json.dumps({**head, "payloadData": payload}, indent=2) + "\n"


class WireEvent(NamedTuple):
    """One event: values in the order of the stream's attributes, and its time in epoch milliseconds."""

    stream: Stream
    at_ms: int
    values: tuple[Value, ...]


def bundle(session: str, events: Sequence[WireEvent]) -> Any:
    """The events for the wire. ValueError if an event's number of values differs from its stream's attributes."""
    lists: dict[str, list[Any]] = {name: [] for name in ("ints", "longs", "doubles", "bools", "texts")}
    for event in events:
        lists["texts"].append(event.stream.id)
        lists["longs"].append(event.at_ms)
        for kind, value in zip(event.stream.attributes.values(), event.values, strict=True):
            lists[_LISTS[kind]].append(_NO_TEXT if value is None and kind == "STRING" else value)
    return wire().Bundle(session=session, events=len(events), **{name: found or None for name, found in lists.items()})
