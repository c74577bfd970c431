"""Tests the Spark UIs (page: Testing the HA deployment, steps 1 to 5)."""

from __future__ import annotations

from conformance.evidence.witness import Witness
from conformance.judgement.requirement import not_applicable, requirement
from conformance.node.checks import class_path_entries
from conformance.node.node import Node
from conformance.node.spark import application as spark_application
from conformance.pair.executors import two_readings
from conformance.pair.spark_cluster import SparkCluster, describe
from conformance.text.printable import listed


@requirement("UI-01")
def test_exactly_one_spark_master_is_alive(spark_cluster: SparkCluster) -> None:
    masters = spark_cluster.formed()
    statuses = sorted(master.status for master in masters)
    assert statuses == ["ALIVE", "STANDBY"], f"{describe(masters)}; expected one ALIVE and one STANDBY"


@requirement("UI-01")
def test_page_and_json_of_a_spark_master_agree(node: Node) -> None:
    master = node.spark_ui.master()
    assert master.page_status == master.status, f"{master}; expected the same status in both"


@requirement("UI-02")
def test_the_link_of_each_running_application_opens_its_ui(spark_cluster: SparkCluster) -> None:
    problems = [application.problem for application in spark_cluster.applications if application.problem]
    assert not problems, "\n".join(problems)


@requirement("UI-03")
def test_applications_run_with_the_configured_parameters(node: Node, spark_cluster: SparkCluster) -> None:
    application = spark_cluster.applications[0]
    offset = spark_cluster.offset_of(application)
    unlike = spark_application.unlike(node.spark_defaults, offset, application.environment)
    assert not unlike, "\n".join(unlike)


@requirement("UI-04")
def test_the_class_path_is_there_on_every_node(node: Node, spark_cluster: SparkCluster) -> None:
    environment = spark_cluster.applications[0].environment
    entries = spark_application.class_path(environment)
    missing = class_path_entries.missing(node, entries)
    assert entries, f"{environment.url}: expected absolute paths on the class path, found none"
    assert not missing, (
        f"{node.name}: of {len(entries)} entries shown by {environment.url} not there: {listed(missing)}"
    )


@requirement("UI-05")
def test_every_worker_has_running_executors(node: Node, spark_cluster: SparkCluster) -> None:
    spark_cluster.formed()
    worker = node.spark_ui.worker()
    assert worker.running, f"{node.name} {worker.url}: found no running executor, expected at least one; see UI-06"


@requirement("UI-06")
def test_executors_are_not_created_over_and_over(
    nodes: tuple[Node, Node], spark_cluster: SparkCluster, witness: Witness
) -> None:
    spark_cluster.formed()
    restarts = [one.restarts for one in two_readings(nodes, witness) if one.restarts]
    assert not restarts, "\n".join(restarts)


@requirement("UI-07")
def test_the_symbolic_link_leads_to_a_directory_on_each_node(node: Node) -> None:
    link = node.spark_defaults.symbolic_link
    if not link:
        not_applicable(f"{link.where}: no link is configured (SPK-03 judges whether one is needed)")
    assert node.files.can_be_entered(link), f"{link.with_place} is not a directory that can be entered"
