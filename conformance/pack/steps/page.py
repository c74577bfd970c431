"""Runs the page's steps on one node's home, in the page's order."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from conformance.deployment.spec import ClusterSpec, NodeSpec
from conformance.pack.built import PackKind
from conformance.pack.steps import das_base, das_base_server, datasources, high_availability, lab, registry_mount
from conformance.pack.steps.xml_file import EditedHome

Step = Callable[[EditedHome], None]


class PageStep(NamedTuple):
    """One step of the page: its number and its subject."""

    number: str
    title: str
    apply: Step


#: Turns the bare 4.5.1 kernel's configuration into a DAS node's; the vendor's zip already has all of it.
DAS_BASE: tuple[Step, ...] = (das_base.apply, das_base_server.apply, das_base_server.apply_to_logs)
_BASES: dict[PackKind, tuple[Step, ...]] = {
    PackKind.PUBLIC: DAS_BASE,
    PackKind.PUBLIC_44: (das_base.apply, das_base_server.apply, das_base.lay_kernel_44),
    PackKind.VENDOR: (),
}
#: Steps 1 to 7 of "Required configurations" except 5: artifacts go to both nodes instead of a deployment synchronizer.
PAGE: tuple[PageStep, ...] = (
    PageStep("1 a", "data sources of users and registry", datasources.apply_shared),
    PageStep("1 b", "data sources of the record stores", datasources.apply_analytics),
    PageStep("1 c", "shared user store", datasources.apply_user_store),
    PageStep("1 d", "shared registry and its mounts", registry_mount.apply),
    PageStep("2", "Hazelcast clustering", high_availability.apply_clustering),
    PageStep("3", "event processing in HA mode", high_availability.apply_event_processing),
    PageStep("4", "two Spark masters", high_availability.apply_masters),
    PageStep("6", "address that Spark uses", high_availability.apply_address),
    PageStep("7", "own id in the record store", high_availability.apply_node_id),
)
LAB: tuple[Step, ...] = (lab.apply_address, lab.apply_size)


def apply_page(home: Path, cluster: ClusterSpec, node: NodeSpec, kind: PackKind) -> None:
    """Configure `home` (a node's own copy, not started yet) as `node` of `cluster`; applying it again changes nothing.

    Files are edited under `home`; paths written into them are under `node.home`, where the node sees its home.
    ConformanceError names file and place if a stock file is missing, malformed or lacks the place.
    """
    at = EditedHome(home, cluster, node)
    for step in (*_BASES[kind], *(one.apply for one in PAGE), *LAB):
        step(at)
