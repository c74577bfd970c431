"""Why a Spark query hangs: what the node's worker and log show then (docs/product/spark.md#recovery)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.errors import EvidenceError
from conformance.node.log.removed_applications import GIVEN_UP
from conformance.node.services.http_session import NoAnswer

if TYPE_CHECKING:
    from conformance.node.node import Node

#: More executors than this have ended: a sound application keeps the one that it began with.
MANY = 3
_NO_CONTEXT = "Spark SQL Context is not available"


@contextmanager
def explained(why: Callable[[], str]) -> Iterator[None]:
    """Let an answer that does not come in time tell why, as far as `why` knows. EvidenceError as it was otherwise."""
    try:
        yield
    except NoAnswer as problem:
        cause = why()
        raise EvidenceError(f"{problem.what}{f'; {cause}' if cause else ''}", problem.remedy) from None


def why_it_hangs(node: Node) -> str:
    """What keeps queries from being answered on this node, "" when nothing shows it; for use inside an observation."""
    found = [_worker(node), _log(node), given_up(node)]
    return "; ".join(one for one in found if one)


def _worker(node: Node) -> str:
    try:
        worker = node.spark_ui.worker()
    except EvidenceError as problem:
        return f"its Spark worker does not answer ({problem.what})"
    if len(worker.finished) > MANY:
        return (
            f"{len(worker.finished)} executors of {node.name} have ended ({worker.url}): "
            "they are started over and over, see work/app-*/*/stderr"
        )
    return "" if worker.running else f"no executor runs on {node.name} ({worker.url})"


def _log(node: Node) -> str:
    try:
        events = node.log.now().last_start.find(level="ERROR")
    except EvidenceError:
        return ""
    hit = next((event for event in reversed(events) if any(_NO_CONTEXT in line for line in event.trace)), None)
    return f"{hit.place} says {_NO_CONTEXT!r}" if hit else ""


def given_up(node: Node) -> str:
    """That the node's Spark master removed the application, "" if it did not; for use inside an observation."""
    try:
        events = node.log.now().last_start.find(GIVEN_UP, logger="Master")
    except EvidenceError:
        return ""
    told = "Spark gave the application up, and does not start it again: restart the node"
    return f"{node.name} {events[-1]}; {told}" if events else ""
