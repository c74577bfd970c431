"""Selected events that a node logged in the whole run, including faults; asked at the end of the run."""

from collections.abc import Callable

from conformance.evidence.witness import Witness
from conformance.node.log.event import LogEvent, decode
from conformance.node.log.events import Events
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.parser import parse
from conformance.node.log.parts import LIMIT
from conformance.node.log.plain_files import PlainFiles
from conformance.node.log.reading import LogSection, starts_among
from conformance.node.log.rotation import readable, rotated_files
from conformance.node.node import Node

#: Selects events of one start.
Wanted = Callable[[LogSection], list[LogEvent]]


def events_of_run(node: Node, witness: Witness, what: str, wanted: Wanted) -> list[str]:
    """The `wanted` events since the run's first start, in each lab. EvidenceError if a log lacks it."""
    begun = node.log.deployment_start().events[0].at
    question = f"{what} in the whole run"
    found = witness.ask_each_lab(node.name, question, lambda: _found(node, begun.isoformat(), wanted))
    return [f"{lab}: {event}" if lab else event for lab, events in found.items() for event in events]


def _found(node: Node, begun: str, wanted: Wanted) -> list[str]:
    files = PlainFiles(node.access)
    paths = (*reversed(readable(rotated_files(node.access)).newest_first), LOG_PATH)
    texts = ((path, decode(files.read_from(path, max(0, files.size(path) - LIMIT), LIMIT))) for path in paths)
    events = Events.joined(parse(text, path).events for path, text in texts)
    starts = [start for start in starts_among(node.name, events) if start.events[0].at.isoformat() >= begun]
    return [str(event) for start in starts for event in wanted(start)]
