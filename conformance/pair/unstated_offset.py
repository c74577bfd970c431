"""Detects a port offset that only the log shows: all ports of a start are moved by the same number.

-DportOffset on a command line, in JAVA_OPTS or in a service unit is as valid as an offset in carbon.xml, but is in no
file of the home. A log that shows such an offset does not contradict the files.
"""

from contextlib import suppress
from typing import NamedTuple

from conformance.errors import ConformanceError
from conformance.judgement.requirement import NotAssessed
from conformance.node.log import start_facts, start_lines
from conformance.node.log.reading import LogSection
from conformance.node.node import Node


class UnstatedOffset(NamedTuple):
    """How far all ports of a start are `moved` from those in the files; 0 if not, or not all equally."""

    moved: int = 0
    reason: str = ""


NONE = UnstatedOffset()


def unstated_offset(node: Node, section: LogSection) -> UnstatedOffset:
    """The offset in the log of a start. NONE if the server's command line is known, as it states the offset."""
    if node.start.running:
        return NONE
    local, carbon = start_facts.local_member(section), node.carbon_xml
    moved = {local.http - carbon.http, local.https - carbon.https, *_moved_of_ha(node, section)}
    by = moved.pop() if len(moved) == 1 else 0
    offset = carbon.offset + by
    if not by or offset <= 0:
        return NONE
    explanation = (
        f"{section}: every port with an offset is {abs(by)} {'higher' if by > 0 else 'lower'} than the files give it"
    )
    likely = f"the node was likely started with -DportOffset={offset}, in a command, JAVA_OPTS or service unit that was"
    return UnstatedOffset(by, f"{explanation} ({carbon.offset.where}: {int(carbon.offset)}): {likely} not handed in")


def _moved_of_ha(node: Node, section: LogSection) -> set[int]:
    """How far the ports of the HA mode are moved; empty if its file cannot be read."""
    moved: set[int] = set()
    with suppress(ConformanceError, AssertionError, NotAssessed):
        management, event_sync = node.event_processor.management.port, node.event_processor.event_sync.port
        for line, port in ((start_lines.SNAPSHOT_SERVER, management), (start_lines.EVENT_SERVER, event_sync)):
            moved |= {line.value_of(event, node.name, "port").int_() - port for event in line.all_in(section)}
    return moved


def of_deployment_start(node: Node) -> UnstatedOffset:
    """unstated_offset for the deployment's start; NONE if its log does not show it."""
    with suppress(ConformanceError, AssertionError, NotAssessed):
        return unstated_offset(node, node.log.deployment_start())
    return NONE


def moved_connection(node: Node, section: LogSection) -> str:
    """Why event sync in a peer's log (`section`) goes to another port of `node` than the files give; or ""."""
    shown, endpoint = of_deployment_start(node), node.event_processor.event_sync
    moved = f"{endpoint.host}:{endpoint.port + shown.moved}"
    return shown.reason if start_lines.EVENT_SYNC_CONNECTED.match(section, address=moved).complete else ""
