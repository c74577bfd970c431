"""Parses and formats receiver URLs like the vendor's client (DataPublisherUtil of the agent).

`tcp://a:7611,tcp://b:7611` spreads events over both; `{tcp://a:7611|tcp://b:7611}` sends to the first that is up;
`{tcp://a:7611},{tcp://b:7611}` are two groups, each of which gets every event.
"""

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from conformance.errors import ConformanceError
from conformance.text.host_syntax import in_url

_GROUP = re.compile(r"\{(.*?)\}")
_URL = re.compile(r"tcp://(?P<host>\[[^\s/{},|\]]+\]|[^\s:/{},|]+):(?P<port>\d{1,5})")


class Spread(Enum):
    """How a group distributes events to its places."""

    ONE = "one place"
    FAIL_OVER = "fail-over"
    LOAD_BALANCED = "load-balanced"


class Group(NamedTuple):
    """Places (host and plain port) that share the events of a group."""

    spread: Spread
    places: tuple[tuple[str, int], ...]


def groups(urls: str) -> tuple[Group, ...]:
    """The groups. ConformanceError for URLs that the vendor's client rejects or silently drops."""
    found = _GROUP.findall(urls)
    rest = re.sub(r"[\s,]", "", _GROUP.sub("", urls)) if found else ""
    if rest:
        raise ConformanceError(
            f"receiver URLs {urls!r}: found {rest!r} outside of braces, which the vendor's client leaves out",
            "put each group into braces, or none",
        )
    return tuple(_group(one, urls) for one in found or [urls])


def fail_over(places: Sequence[tuple[str, int]]) -> str:
    """URLs for sending to the first that is up."""
    return f"{{{'|'.join(_urls(places))}}}"


def load_balanced(places: Sequence[tuple[str, int]]) -> str:
    """URLs for spreading events over all."""
    return ",".join(_urls(places))


def each(places: Sequence[tuple[str, int]]) -> str:
    """URLs for sending every event to each."""
    return ",".join(f"{{{url}}}" for url in _urls(places))


def _urls(places: Sequence[tuple[str, int]]) -> list[str]:
    return [f"tcp://{in_url(host)}:{port}" for host, port in places]


def _group(text: str, urls: str) -> Group:
    if "," in text and "|" in text:
        raise ConformanceError(
            f"receiver URLs {urls!r}: a group is either load-balanced (,) or fail-over (|)", "write two groups"
        )
    separator, spread = ("|", Spread.FAIL_OVER) if "|" in text else (",", Spread.LOAD_BALANCED)
    parts = [part.strip() for part in text.split(separator)]
    return Group(spread if len(parts) > 1 else Spread.ONE, tuple(_place(part, urls) for part in parts))


def _place(text: str, urls: str) -> tuple[str, int]:
    found = _URL.fullmatch(text)
    if not found or not 0 < int(found["port"]) < 65536:
        raise ConformanceError(f"receiver URLs {urls!r}: found {text!r}", "write tcp://HOST:PORT")
    return found["host"].strip("[]"), int(found["port"])
