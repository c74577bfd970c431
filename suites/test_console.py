"""Tests the management console and the Interactive Analytics Console (page: Testing the HA deployment, step 6)."""

from __future__ import annotations

from conformance.judgement.requirement import not_applicable, requirement
from conformance.node.checks.wrong_query import wrong_query
from conformance.node.node import Node
from conformance.node.services.console import INDEX_PAGE, TRAIL, console_problem, trail
from conformance.node.spark.table import SparkTable
from conformance.pair.view import ClusterView
from conformance.text.printable import listed, rows


@requirement("CON-01")
def test_the_administrator_can_log_in_to_the_console(node: Node) -> None:
    console = node.new_console()
    console.login()
    page = console.page(INDEX_PAGE)
    assert page.status == 200, f"{node.name} {page.url}: HTTP {page.status} to {page.location!r}, expected the page"


@requirement("CON-02")
def test_the_console_stands_in_the_menu(node: Node) -> None:
    page = node.console.page(INDEX_PAGE)
    found = trail(page)
    assert found == TRAIL, (
        f"{node.name} {page.url}: menu {' > '.join(found) or 'without it'}, expected {' > '.join(TRAIL)}"
    )


@requirement("CON-02")
def test_the_console_page_has_its_terminal(node: Node) -> None:
    problem = console_problem(node.console.page())
    assert not problem, f"{node.name} {problem}"


@requirement("CON-03")
def test_queries_typed_in_the_console_give_the_rows(node: Node, spark_table: SparkTable) -> None:
    result = spark_table.filled(node.console.query)
    assert result.columns == spark_table.columns, (
        f"{node.name} console: found columns {listed(result.columns)}, expected {listed(spark_table.columns)}"
    )
    assert result.rows == spark_table.rows, (
        f"{node.name} console: found {rows(result.rows)}, expected {rows(spark_table.rows)}"
    )


@requirement("CON-03")
def test_queries_over_soap_give_the_rows(node: Node, spark_table: SparkTable) -> None:
    result = spark_table.filled(node.analytics.query)
    assert result.columns == spark_table.columns, (
        f"{node.name} SOAP: found columns {listed(result.columns)}, expected {listed(spark_table.columns)}"
    )
    assert result.rows == spark_table.rows, (
        f"{node.name} SOAP: found {rows(result.rows)}, expected {rows(spark_table.rows)}"
    )


@requirement("CON-03")
def test_queries_typed_in_a_browser_give_the_rows(first_node: Node, spark_table: SparkTable) -> None:
    browser = first_node.browser
    if browser.missing:
        not_applicable(f"{browser.missing}: judged through the page's own endpoint and over SOAP only")
    result = browser.typed((spark_table.create, *spark_table.inserts, spark_table.select))
    where = f"{first_node.name} console in a browser"
    assert result.columns == spark_table.columns, (
        f"{where}: found columns {listed(result.columns)}, expected {listed(spark_table.columns)}"
    )
    assert result.rows == spark_table.rows, f"{where}: found {rows(result.rows)}, expected {rows(spark_table.rows)}"


@requirement("CON-04")
def test_a_wrong_query_gives_an_error_and_its_cause_in_the_log(node: Node) -> None:
    problem = wrong_query(node, "CONFORMANCE_NO_SUCH_TABLE").problem
    assert not problem, problem


@requirement("CON-05")
def test_rows_are_the_same_on_the_other_node(node: Node, cluster: ClusterView, spark_table: SparkTable) -> None:
    peer = cluster.peer(node)
    filled = spark_table.filled(node.console.query).rows
    other = spark_table.read_back(peer.analytics.query).rows
    assert other == filled == spark_table.rows, (
        f"{peer.name}: found rows {rows(other)}, expected those of {node.name}: {rows(filled)}"
    )


@requirement("CON-06")
def test_the_console_asks_for_a_login(node: Node) -> None:
    assert not node.unauthenticated.console, node.unauthenticated.console


@requirement("CON-06")
def test_the_query_endpoint_refuses_strangers(node: Node) -> None:
    assert not node.unauthenticated.endpoint, node.unauthenticated.endpoint


@requirement("CON-06")
def test_the_admin_service_refuses_strangers(node: Node) -> None:
    assert not node.unauthenticated.admin_service, node.unauthenticated.admin_service
