"""The log lines of both nodes around a fault, in one order of time."""

from collections.abc import Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, NamedTuple

from conformance.archive.file_tree import LARGEST_OF_A_RUN
from conformance.evidence.labs import KEPT_IN
from conformance.node.clock import NodeClock
from conformance.node.log.event import LogEvent, decode
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.parser import parse
from conformance.text.printable import cut
from reports.page.excerpt import clean

#: Seconds before the fault, and number of lines, that are shown.
BEFORE, SHOWN = 3.0, 60
#: Logger of the lab's part master_map_repair, which writes one line for each repair.
_REPAIR = "MasterMapRepair"
#: Loggers whose lines are all about membership, roles or Spark's leader.
_LOGGERS = (
    _REPAIR,
    "HAManager",
    "WKABasedMembershipScheme",
    "HazelcastClusteringAgent",
    "SparkAnalyticsExecutor",
    "EventHandler",
)
_WIDTH = 200


class Line(NamedTuple):
    """A line of one node; `seconds` since the fault by the suite's clock."""

    seconds: float
    node: str
    level: str
    text: str
    place: str


class NodeLogs:
    """The logs that a run kept, by node; empty if it kept none."""

    def __init__(self, logs: Path) -> None:
        """`logs` is the run's folder of logs with a folder for each node; a second lab has a subfolder of its own."""
        self._events = {lab: _events_in(folder) for lab, folder in ((1, logs), (2, logs / KEPT_IN))}

    @property
    def masters_repaired(self) -> int:
        """How often the lab corrected Spark's map of masters, as far as the logs were kept."""
        events = [event for nodes in self._events.values() for of_node in nodes.values() for event in of_node]
        return sum(event.short_logger == _REPAIR for event in events)

    def around(self, failover: Mapping[str, Any], clocks: Mapping[str, NodeClock | None]) -> list[Line]:
        """Return lines from shortly before the fault to the end; without a known clock a node's log counts as UTC."""
        fault, end = failover["fault"]["at_wall"], failover["ended_wall"]
        lines = [
            Line(at - fault, node, event.level, clean(_short(event)), event.place)
            for node, events in self._events[failover.get("lab", 1)].items()
            for event in events
            if fault - BEFORE <= (at := (clocks.get(node) or NodeClock()).wall(event.at)) <= end
        ]
        return sorted(lines, key=lambda line: (line.seconds, line.node))[:SHOWN]


def moment(seconds: float) -> str:
    """Return date and time (UTC) of epoch seconds."""
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S UTC")


def _events_in(logs: Path) -> dict[str, list[LogEvent]]:
    files = [path for path in sorted(logs.glob(f"*/{LOG_PATH}")) if _is_of(logs, path)] if logs.is_dir() else []
    return {path.relative_to(logs).parts[0]: _telling(path) for path in files}


def _is_of(logs: Path, path: Path) -> bool:
    """Whether this is a log of this run: no link to another place, no pipe, and not too long."""
    inside = path.is_file() and path.resolve().is_relative_to(logs.resolve())
    return inside and path.stat().st_size <= LARGEST_OF_A_RUN


def _telling(path: Path) -> list[LogEvent]:
    events = parse(decode(path.read_bytes()), LOG_PATH).events
    return [event for event in events if event.short_logger in _LOGGERS or event.level in ("ERROR", "FATAL")]


def _short(event: LogEvent) -> str:
    text = f"{event.short_logger}: {event.message.splitlines()[0] if event.message else ''}"
    return cut(text, _WIDTH)
