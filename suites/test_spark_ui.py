"""The Spark UIs (page: Testing the HA deployment, steps 1 to 5)."""

from __future__ import annotations

from conformance.node.node import Node
from conformance.requirement import requirement
from conformance.spark_cluster import SparkCluster, told


@requirement("UI-01")
def test_exactly_one_spark_master_is_alive(spark_cluster: SparkCluster) -> None:
    masters = spark_cluster.formed()
    statuses = sorted(master.status for master in masters)
    assert statuses == ["ALIVE", "STANDBY"], f"{told(masters)}; expected one ALIVE and one STANDBY"


@requirement("UI-01")
def test_page_and_json_of_a_spark_master_agree(node: Node) -> None:
    master = node.spark_ui.master()
    assert master.page_status == master.status, f"{master}; expected the same status in both"
