"""Management console and Interactive Analytics Console (page: Testing the HA deployment, step 6)."""

from __future__ import annotations

from conformance.node.console import INDEX_PAGE
from conformance.node.node import Node
from conformance.node.spark_table import SparkTable
from conformance.requirement import requirement


@requirement("CON-01")
def test_the_administrator_can_log_in_to_the_console(node: Node) -> None:
    console = node.new_console()
    console.login()
    page = console.page(INDEX_PAGE)
    assert page.status == 200, f"{node.name} {page.url}: HTTP {page.status} to {page.location!r}, expected the page"


@requirement("CON-03")
def test_queries_typed_in_the_console_give_the_rows(node: Node, spark_table: SparkTable) -> None:
    result = spark_table.filled(node.console.query)
    assert result.columns == spark_table.columns, f"{node.name} console: columns of {spark_table.select!r}"
    assert result.rows == spark_table.rows, f"{node.name} console: rows of {spark_table.select!r}"


@requirement("CON-03")
def test_queries_over_soap_give_the_rows(node: Node, spark_table: SparkTable) -> None:
    result = spark_table.filled(node.analytics.query)
    assert result.columns == spark_table.columns, f"{node.name} SOAP: columns of {spark_table.select!r}"
    assert result.rows == spark_table.rows, f"{node.name} SOAP: rows of {spark_table.select!r}"
