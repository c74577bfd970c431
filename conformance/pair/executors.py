"""Spark's executors on both nodes, read twice: a crash loop shows in leftover folders, not in a summary page."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conformance import deadlines
from conformance.errors import EvidenceError
from conformance.evidence.recorded import Recorded
from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.waiting import SYSTEM, Clock, pause

_APPLICATION = re.compile(r"app-\d+-\d+")
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Reading(Recorded):
    """One reading of a node: running and ended executors, and the work folders of all that were ever started."""

    running: tuple[str, ...]
    finished: tuple[str, ...]
    folders: tuple[str, ...]


@dataclass(frozen=True)
class TwoReadings(Recorded):
    """Two readings of one node, some seconds apart."""

    node: str
    first: Reading
    second: Reading
    seconds: float

    @property
    def restarts(self) -> str:
        """Signs that executors restart over and over, for the operator; "" if there are none."""
        started = sorted(set(self.second.folders) - set(self.first.folders))
        ended = sorted(set(self.second.finished) - set(self.first.finished))
        gone = sorted(set(self.first.running) - set(self.second.running))
        if not (started or ended or gone):
            return ""
        return (
            f"{self.node}: executors that were started within {self.seconds:g} s: {_counted(started)}; that ended: "
            f"{_counted(ended)}; that are gone: {_counted(gone)}; expected none; "
            "read work/app-*/*/stderr of that node: mostly a class path or trust store that is not there"
        )


def two_readings(nodes: Sequence[Node], witness: Witness, clock: Clock = SYSTEM) -> list[TwoReadings]:
    """Read all nodes, wait, read again; once per run. EvidenceError if a worker's page does not answer."""
    answer = witness.ask("cluster", "executors at two readings", lambda: _read_twice(nodes, clock))
    return [TwoReadings.from_json({**one, "seconds": answer["seconds"]}) for one in answer["nodes"]]


def _read_twice(nodes: Sequence[Node], clock: Clock) -> dict[str, Any]:
    first = {node.name: _look(node) for node in nodes}
    pause(deadlines.EXECUTORS_STABLE, clock)
    second = {node.name: _look(node) for node in nodes}
    both = [{"node": name, "first": first[name], "second": second[name]} for name in first]
    return {"seconds": deadlines.EXECUTORS_STABLE.limit, "nodes": both}


def _look(node: Node) -> dict[str, list[str]]:
    worker = node.spark_ui.worker()
    folder = str(node.spark_defaults.setting("spark.worker.dir"))
    return {"running": list(worker.running), "finished": list(worker.finished), "folders": _folders(node, folder)}


def _folders(node: Node, work: str) -> list[str]:
    """Work folders "application/number". EvidenceError if there is no work folder."""
    try:
        applications = [name for name in node.access.listing(work) if _APPLICATION.fullmatch(name)]
        return [
            f"{name}/{number}"
            for name in applications
            for number in node.access.listing(f"{work}/{name}")
            if _NUMBER.fullmatch(number)
        ]
    except OSError as problem:
        raise EvidenceError(
            f"{node.name} {work}: cannot be listed ({problem.strerror or problem})", "see spark.worker.dir"
        ) from None


def _counted(names: list[str]) -> str:
    return f"{len(names)} ({', '.join(names[:3])})" if names else "none"
