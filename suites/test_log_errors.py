"""Tests exceptions in the nodes' logs: those that the page explains, and all others (page: Starting the cluster)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from conformance.judgement.requirement import requirement
from conformance.node.checks import silenced_lines
from conformance.node.clock import NodeClock
from conformance.node.log import start_exceptions, tolerated_errors
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.reading import LogSection
from conformance.node.log.tolerated_errors import ToleratedErrors
from conformance.node.log.wholeness import whole_start
from conformance.node.node import Node
from conformance.pair.last_start import LastStart


@requirement("LOG-09")
def test_a_failed_state_sync_is_followed_by_a_successful_one(last_start_log: LogSection) -> None:
    failed = start_exceptions.unhealed_syncs(last_start_log)
    what = "a state sync found no execution plans and none succeeded after it"
    assert not failed, start_exceptions.describe(last_start_log, failed, what, start_exceptions.PLANS_REMEDY)


@requirement("LOG-10")
def test_the_spark_context_is_available_when_the_start_is_complete(
    last_start_log: LogSection, peer_log: LogSection, clocks: Mapping[str, NodeClock]
) -> None:
    failed = start_exceptions.contextless_queries(last_start_log, peer_log, clocks)
    what = "a query found no Spark SQL context after the start was complete"
    assert not failed, start_exceptions.describe(last_start_log, failed, what, start_exceptions.CONTEXT_REMEDY)


@requirement("LOG-11")
def test_java_can_write_its_preferences(last_start_log: LogSection) -> None:
    warnings = start_exceptions.preferences_warnings(last_start_log)
    what = "Java warns about its system preferences"
    assert not warnings, start_exceptions.describe(last_start_log, warnings, what, start_exceptions.PREFERENCES_REMEDY)


@requirement("LOG-12")
def test_the_deprecated_spark_master_is_not_used(last_start_log: LogSection) -> None:
    warnings = start_exceptions.local_warnings(last_start_log)
    what = "DAS warns that 'local' is deprecated"
    assert not warnings, start_exceptions.describe(last_start_log, warnings, what, start_exceptions.LOCAL_REMEDY)


@requirement("LOG-13")
def test_there_is_no_other_error(node: Node, last_start: LastStart, tolerated: ToleratedErrors, today: date) -> None:
    judged = tolerated.start(last_start.whole, kernel=node.kernel, today=today, again=last_start.again)
    assert not judged.found, judged.description


@requirement("LOG-13")
def test_there_is_no_error_that_the_loss_of_the_peer_does_not_explain(
    node: Node, last_start: LastStart, tolerated: ToleratedErrors, today: date
) -> None:
    judged = tolerated.aftermath(last_start.aftermath, kernel=node.kernel, today=today)
    assert not judged.found, judged.description
    start = tolerated.start(last_start.whole, kernel=node.kernel, today=today, again=last_start.again)
    tolerated_errors.report_explained(start, judged)


@requirement("LOG-14")
def test_the_log_is_all_there(readable_log: NodeLog, last_start: LastStart) -> None:
    section = whole_start(readable_log, last_start.section)
    assert len(section) > 0


@requirement("LOG-14")
def test_no_line_of_the_start_was_left_out(node: Node, last_start: LastStart) -> None:
    silenced_lines.demand_no_extract(node, last_start.section)
    assert len(last_start.section) > 0
