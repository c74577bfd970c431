"""Runs the page's steps on one node's home, in the page's order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from conformance.cluster import ClusterSpec, NodeSpec
from conformance.pack.kind import PackKind
from conformance.pack.steps import (
    clustering,
    das_base,
    das_base_logs,
    das_base_server,
    datasources,
    event_processor,
    lab_size,
    node_id,
    registry_mount,
    server_address,
    spark,
    user_store,
)
from conformance.pack.steps.node_home import NodeHome

Step = Callable[[NodeHome], None]

#: What makes a DAS node's configuration of the bare 4.5.1 kernel; the vendor's zip brings all of it.
DAS_BASE: tuple[Step, ...] = (das_base.apply, das_base_server.apply, das_base_logs.apply)
#: Steps 1 to 7 of "Required configurations" without 5: no deployment synchronizer, artifacts go to both nodes.
PAGE: tuple[Step, ...] = (
    datasources.apply,
    user_store.apply,
    registry_mount.apply,
    clustering.apply,
    event_processor.apply,
    spark.apply,
    node_id.apply,
)
#: What a lab needs beside the page: the node's own address and ports, and little memory.
LAB: tuple[Step, ...] = (server_address.apply, lab_size.apply)


def apply_page(home: Path, cluster: ClusterSpec, node: NodeSpec, kind: PackKind) -> None:
    """Configure `home` (a node's own copy, not started yet) as `node` of `cluster`; applied again it changes nothing.

    Files are edited under `home`; paths that are written into them lie under `node.home`, where the node itself sees
    its home. Raises ConformanceError naming file and place when a stock file is missing, malformed or lacks the place.
    """
    at = NodeHome(home, cluster, node)
    for step in (*(DAS_BASE if kind is PackKind.PUBLIC else ()), *PAGE, *LAB):
        step(at)
