"""Detects queues of records to be indexed that grow while nothing takes from them.

Each queue is a folder of page files, filled at one end and emptied at the other; at rest it has one or two pages.
"""

import re
from typing import Any

from conformance import deadlines
from conformance.deployment.interface import NodeAccess
from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.waiting import SYSTEM, Clock, pause

QUEUES = "repository/data/index_staging_queues"
#: Folder and names of the product's queue pages; the lab's queue keeps them directly in the queue's folder.
_PAGES, _PAGE = "data", re.compile(r"page-[0-9]+\.dat|[0-9]+\.items")
#: Pages of a queue at rest, including the one being filled.
AT_REST = 2


def problem_growing(node: Node, witness: Witness, clock: Clock = SYSTEM) -> str:
    """A node's queues of many pages that keep growing, in each lab; "" if none. EvidenceError if not listed."""
    answers = witness.ask_each_lab(node.name, "index queues at two readings", lambda: _read_twice(node, clock))
    found = ((f"{lab}, {node.name}" if lab else node.name, readings) for lab, readings in answers.items())
    return "\n".join(filter(None, (_problem(name, readings) for name, readings in found)))


def _problem(node: str, recorded: dict[str, Any]) -> str:
    first, second = recorded["first"], recorded["second"]
    growing = [name for name, size in second.items() if size > max(AT_REST, first.get(name, 0))]
    listed = "; ".join(f"{name}: {first.get(name, 0)} pages, then {second[name]}" for name in growing)
    if not growing:
        return ""
    return (
        f"{node} {QUEUES}: within {recorded['seconds']:g} s these queues grew: {listed}: records are not indexed, and "
        "the disk fills up; look for index errors in its log (write.lock), and see that the owners of all shards run"
    )


def _read_twice(node: Node, clock: Clock) -> dict[str, Any]:
    first = _pages(node)
    pause(deadlines.QUEUES_DRAIN, clock)
    return {"seconds": deadlines.QUEUES_DRAIN.limit, "first": first, "second": _pages(node)}


def _pages(node: Node) -> dict[str, int]:
    """Number of pages by queue; empty if there are no queues yet."""
    access = node.access
    try:
        return {name: _count(access, f"{QUEUES}/{name}") for name in _names(access, QUEUES)}
    except OSError as problem:
        raise EvidenceError(
            f"{node.name} {QUEUES}: cannot be listed ({problem.strerror or problem})", "let this user read it"
        ) from None


def _count(access: NodeAccess, queue: str) -> int:
    names = [*_names(access, queue), *_names(access, f"{queue}/{_PAGES}")]
    return sum(bool(_PAGE.fullmatch(name)) for name in names)


def _names(access: NodeAccess, folder: str) -> list[str]:
    try:
        return access.listing(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []
