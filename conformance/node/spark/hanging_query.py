"""Why a Spark query hangs, from the node's worker page and log (docs/product/spark.md#recovery)."""

from conformance.errors import EvidenceError
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.removed_applications import GIVEN_UP
from conformance.node.spark.ui import SparkUi

#: More ended executors than this are suspicious: a healthy application keeps its first one.
MANY = 3
_NO_CONTEXT = "Spark SQL Context is not available"


def why_it_hangs(node: str, ui: SparkUi, log: NodeLog) -> str:
    """Why the node does not answer queries; "" if nothing shows it. For use inside an observation."""
    found = [_worker(node, ui), _log(log), given_up(node, log)]
    return "; ".join(one for one in found if one)


def _worker(node: str, ui: SparkUi) -> str:
    try:
        worker = ui.worker()
    except EvidenceError as problem:
        return f"its Spark worker does not answer ({problem.what})"
    if len(worker.finished) > MANY:
        return (
            f"{len(worker.finished)} executors of {node} have ended ({worker.url}): "
            "they are started over and over, see work/app-*/*/stderr"
        )
    return "" if worker.running else f"no executor runs on {node} ({worker.url})"


def _log(log: NodeLog) -> str:
    try:
        events = log.now().last_start.find(level="ERROR")
    except EvidenceError:
        return ""
    hit = next((event for event in reversed(events) if any(_NO_CONTEXT in line for line in event.trace)), None)
    return f"{hit.place} says {_NO_CONTEXT!r}" if hit else ""


def given_up(node: str, log: NodeLog) -> str:
    """Report that the node's Spark master removed the application; "" if not. For use inside an observation."""
    try:
        events = log.now().last_start.find(GIVEN_UP, logger="Master")
    except EvidenceError:
        return ""
    advice = "Spark gave the application up, and does not start it again: restart the node"
    return f"{node} {events[-1]}; {advice}" if events else ""
