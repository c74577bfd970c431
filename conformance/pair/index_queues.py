"""The queues in which records wait to be indexed: whether they grow while no one takes from them.

Each is a folder of page files that is filled at one end and removed at the other, so one or two of them are its rest.

See docs/product/record-store.md#index-queues.
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
#: Where the product's queue keeps its pages, and how they are called; the lab's keeps them in the queue's own folder.
_PAGES, _PAGE = "data", re.compile(r"page-[0-9]+\.dat|[0-9]+\.items")
#: Pages that a queue has at rest, the one that is being filled among them.
AT_REST = 2


def problem_growing(node: Node, witness: Witness, clock: Clock = SYSTEM) -> str:
    """Queues of a node that have many pages and get more of them, in each lab; for the operator, "" if there is none.

    EvidenceError when the folders cannot be listed.
    """
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
    """Number of pages by queue; none where no queue was made yet."""
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
