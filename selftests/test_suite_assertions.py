"""Assertions of the suites that stand behind others: each holds where all is as it should be, and fails by itself."""

from __future__ import annotations

import inspect
from typing import Any
from unittest.mock import MagicMock, Mock

import pytest

from conformance.node.services.query import QueryResult
from suites import test_console, test_event_processor, test_events, test_members, test_spark_ui

COLUMNS, ROWS = ("name", "value"), (("alpha", "7"),)
RIGHT, NO_ROWS = QueryResult(COLUMNS, ROWS), QueryResult(COLUMNS, ())
ANSWERS = (RIGHT, NO_ROWS, QueryResult(("name",), ROWS))
#: An attribute or a call of a noun, or of the suite itself; what it is where all is well; and each time what it is not.
Fact = tuple[Any, ...]
TABLE: list[Fact] = [
    ("spark_table.columns", COLUMNS),
    ("spark_table.rows", ROWS, ()),
    ("spark_table.filled", lambda query: query()),
    ("spark_table.read_back", lambda query: query()),
]


def each(name: str, *values: Any) -> list[Any]:
    return [Mock(**{name: value}) for value in values]


#: A test, and the facts that it asserts.
CASES: list[tuple[Any, ...]] = [
    (test_event_processor.test_state_files_are_recorded, ("node.state_files.survey()", {"plans": {}}, {})),
    (
        test_spark_ui.test_exactly_one_spark_master_is_alive,
        (
            "spark_cluster.formed()",
            each("status", "STANDBY", "ALIVE"),
            each("status", "ALIVE", "ALIVE"),
            each("status", "STANDBY", "STANDBY"),
            each("status", "ALIVE"),
        ),
    ),
    (
        test_spark_ui.test_page_and_json_of_a_spark_master_agree,
        ("node.spark_ui.master().status", "ALIVE"),
        ("node.spark_ui.master().page_status", "ALIVE", "STANDBY"),
    ),
    (
        test_spark_ui.test_the_link_of_each_running_application_opens_its_ui,
        ("spark_cluster.applications", each("problem", ""), each("problem", "", "x")),
    ),
    (test_spark_ui.test_every_worker_has_running_executors, ("node.spark_ui.worker().running", ("app/0",), ())),
    (
        test_spark_ui.test_the_class_path_is_there_on_every_node,
        ("suite.spark_parameters.class_path()", ["/a.jar"], []),
        ("suite.class_path_entries.missing()", [], ["/a.jar"]),
    ),
    (test_console.test_the_administrator_can_log_in_to_the_console, ("node.new_console().page().status", 200, 302)),
    (test_console.test_the_console_asks_for_a_login, ("node.unauthenticated.console", "", "x")),
    (test_console.test_the_query_endpoint_refuses_strangers, ("node.unauthenticated.endpoint", "", "x")),
    (test_console.test_the_admin_service_refuses_strangers, ("node.unauthenticated.admin_service", "", "x")),
    (test_console.test_queries_typed_in_the_console_give_the_rows, *TABLE, ("node.console.query()", *ANSWERS)),
    (test_console.test_queries_over_soap_give_the_rows, *TABLE, ("node.analytics.query()", *ANSWERS)),
    (
        test_console.test_queries_typed_in_a_browser_give_the_rows,
        *TABLE,
        ("first_node.browser.missing", ""),
        ("first_node.browser.typed()", *ANSWERS),
    ),
    (
        test_console.test_rows_are_the_same_on_the_other_node,
        *TABLE,
        ("node.console.query()", RIGHT, NO_ROWS),
        ("cluster.peer().analytics.query()", RIGHT, NO_ROWS),
    ),
    (
        test_members.test_each_node_sees_exactly_two_members,
        ("suite.membership().initialised", True, False),
        ("suite.membership().members", 2, 3),
    ),
    (test_members.test_each_node_reaches_the_others_hazelcast_port, ("node.reaches()", "", "refused")),
    (
        test_members.test_the_peer_reaches_the_port_on_its_configured_host,
        ("purpose", "event_sync"),
        ("cluster.peer().reaches()", "", "refused"),
    ),
    (
        test_events.test_events_sent_to_one_node_are_processed_by_both,
        ("lab_events.sample().ledger.processing_faults", [], ["x"]),
    ),
    (
        test_events.test_events_sent_to_one_node_are_stored_once,
        ("lab_events.sample().ledger.stored_once.exactly_once", True, False),
    ),
    (
        test_events.test_events_sent_over_thrift_to_one_node_are_stored_once,
        ("wire_events.sample().stored_once.exactly_once", True, False),
    ),
    (
        test_events.test_only_the_active_node_puts_events_out,
        ("active_node.name", "node1"),
        ("lab_events.sample().ledger.output_of().exactly_once", True, False),
        ("lab_events.sample().ledger.output", {"node1": ("a",), "node2": ()}, {"node1": ("a",), "node2": ("a",)}),
    ),
    (test_events.test_the_vendors_client_and_ours_leave_the_same_rows, ("two_clients.alike().wrong", [], ["x"])),
    (
        test_events.test_events_of_a_duplicated_receiver_are_not_forwarded,
        ("duplicated_receiver.to_one.wrong", [], ["x"]),
    ),
    (
        test_events.test_a_client_of_a_duplicated_receiver_is_processed_once_per_node,
        ("duplicated_receiver.to_both.wrong", [], ["x"]),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=[test.__name__ for test, *_ in CASES])
def test_each_assertion_fails_by_itself(monkeypatch: pytest.MonkeyPatch, case: tuple[Any, ...]) -> None:
    test, *facts = case

    def run(**other: Any) -> None:
        said = MagicMock(**{path.replace("()", ".return_value"): other.get(path, right) for path, right, *_ in facts})
        for name in {path.split(".")[1].removesuffix("()") for path, *_ in facts if path.startswith("suite.")}:
            monkeypatch.setattr(f"{test.__module__}.{name}", getattr(said.suite, name))
        test(**{name: getattr(said, name) for name in inspect.signature(test).parameters})

    run()
    for path, _, *wrong in facts:
        for one in wrong:
            with pytest.raises(AssertionError):
                run(**{path: one})
