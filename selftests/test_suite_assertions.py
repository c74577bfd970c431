"""Assertions of the suites: each holds where all is well, fails by itself, and says the problem that it found."""

import ast
import importlib
import inspect
import textwrap
from contextlib import nullcontext
from pathlib import Path
from typing import Any, NamedTuple
from unittest.mock import MagicMock, Mock

import pytest

from conformance.judgement.requirement import NotApplicable, NotAssessed
from conformance.node.services.query import QueryResult
from suites import (
    test_console,
    test_event_processor,
    test_events,
    test_field,
    test_members,
    test_sharing,
    test_spark_ui,
)

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


class Open(NamedTuple):
    """What an attribute is where the test leaves its question open."""

    value: Any


def each(name: str, *values: Any) -> list[Any]:
    return [Mock(**{name: value}) for value in values]


#: A test, and the facts that it asserts.
CASES: list[tuple[Any, ...]] = [
    (test_event_processor.test_state_files_are_recorded, ("node.state_files", {"plans": {}}, {})),
    (test_event_processor.test_nodes_on_one_host_differ_in_every_port, ("cluster.on_one_host", True, Open(False)),
     ("suite.shared()", [], ["x"]), ("cluster.unstated_offsets", ""), ("cluster.one_host", "why")),
    (test_event_processor.test_nodes_on_one_host_differ_in_every_port, ("suite.shared()", [], Open(["x"])),
     ("cluster.unstated_offsets", "moved")),
    *(
        (test, ("suite.quorum.settings()", ["x"], Open([])), (f"suite.quorum.{problem}()", "", "x"))
        for test, problem in (
            (test_field.test_both_nodes_state_the_same_quorum, "problem_unequal"),
            (test_field.test_the_quorum_fits_the_members, "problem_size"),
        )
    ),
    *(
        (test, ("suite.events_of_run()", [], ["x"]))
        for test in (
            test_field.test_no_index_was_locked_by_a_node_that_is_gone,
            test_field.test_spark_gave_no_application_up_in_this_run,
        )
    ),
    (test_sharing.test_a_user_made_on_one_node_logs_in_on_the_other, ("suite.crossing().problem", "", "x")),
    (test_sharing.test_what_one_node_writes_below_the_mount_the_other_reads, ("path", "/_system/config"),
     ("suite.shared_resource().problem", "", "x")),
    (test_spark_ui.test_exactly_one_spark_master_is_alive, ("spark_cluster.formed()", *(
        each("status", *found.split()) for found in ("STANDBY ALIVE", "ALIVE ALIVE", "STANDBY STANDBY", "ALIVE")
    ))),
    (test_spark_ui.test_page_and_json_of_a_spark_master_agree, ("node.spark_ui.master().status", "ALIVE"),
     ("node.spark_ui.master().page_status", "ALIVE", "STANDBY")),
    (test_spark_ui.test_the_link_of_each_running_application_opens_its_ui,
     ("spark_cluster.applications", each("problem", ""), each("problem", "", "x"))),
    (test_spark_ui.test_applications_run_with_the_configured_parameters,
     ("suite.spark_application.unlike()", [], ["x"])),
    (test_spark_ui.test_executors_are_not_created_over_and_over,
     ("suite.two_readings()", each("restarts", ""), each("restarts", "", "x"))),
    (test_spark_ui.test_the_symbolic_link_leads_to_a_directory_on_each_node,
     ("node.spark_defaults.symbolic_link", Mock(), Open(MagicMock(__bool__=lambda _: False))),
     ("node.files.can_be_entered()", True, False)),
    (test_spark_ui.test_every_worker_has_running_executors, ("node.spark_ui.worker().running", ("app/0",), ())),
    (test_spark_ui.test_the_class_path_is_there_on_every_node, ("suite.spark_application.class_path()", ["/a.jar"], []),
     ("suite.class_path_entries.missing()", [], ["/a.jar"])),
    (test_console.test_the_administrator_can_log_in_to_the_console, ("node.new_console().page().status", 200, 302)),
    (test_console.test_the_console_stands_in_the_menu,
     ("suite.trail()", ("Manage", "Batch Analytics", "Console"), (), ("Manage", "Batch Analytics"))),
    (test_console.test_the_console_page_has_its_terminal, ("suite.console_problem()", "", "x")),
    (test_console.test_a_wrong_query_gives_an_error_and_its_cause_in_the_log, ("suite.wrong_query().problem", "", "x")),
    (test_console.test_the_console_asks_for_a_login, ("node.unauthenticated.console", "", "x")),
    (test_console.test_the_query_endpoint_refuses_strangers, ("node.unauthenticated.endpoint", "", "x")),
    (test_console.test_the_admin_service_refuses_strangers, ("node.unauthenticated.admin_service", "", "x")),
    (test_console.test_queries_typed_in_the_console_give_the_rows, *TABLE, ("node.console.query()", *ANSWERS)),
    (test_console.test_queries_over_soap_give_the_rows, *TABLE, ("node.analytics.query()", *ANSWERS)),
    (test_console.test_queries_typed_in_a_browser_give_the_rows, *TABLE,
     ("first_node.browser.missing", "", Open("no browser")), ("first_node.browser.typed()", *ANSWERS)),
    (test_console.test_rows_are_the_same_on_the_other_node, *TABLE, ("node.console.query()", RIGHT, NO_ROWS),
     ("cluster.peer().analytics.query()", RIGHT, NO_ROWS)),
    (test_members.test_each_node_sees_exactly_two_members, ("suite.membership().initialised", True, False),
     ("suite.membership().members", 2, 3)),
    (test_members.test_each_node_reaches_the_others_hazelcast_port, ("node.reaches()", "", "refused")),
    (test_members.test_the_peer_reaches_the_port_on_its_configured_host, ("purpose", "event_sync"),
     ("cluster.peer().reaches()", "", "refused")),
    (test_events.test_events_sent_to_one_node_are_processed_by_both,
     ("lab_events.sample().ledger.processing_faults", [], ["x"])),
    (test_events.test_events_sent_to_one_node_are_stored_once,
     ("lab_events.sample().ledger.stored_once.exactly_once", True, False)),
    (test_events.test_events_sent_over_thrift_to_one_node_are_stored_once,
     ("wire_events.sample().stored_once.exactly_once", True, False)),
    (test_events.test_only_the_active_node_puts_events_out, ("active_node.name", "node1"),
     ("lab_events.sample().ledger.output_of().exactly_once", True, False),
     ("lab_events.sample().ledger.output", {"node1": ("a",), "node2": ()}, {"node1": ("a",), "node2": ("a",)})),
    (test_events.test_the_vendors_client_and_ours_leave_the_same_rows, ("two_clients.alike().wrong", [], ["x"])),
    (test_events.test_events_of_a_duplicated_receiver_are_not_forwarded,
     ("duplicated_receiver.to_one.wrong", [], ["x"])),
    (test_events.test_a_client_of_a_duplicated_receiver_is_processed_once_per_node,
     ("duplicated_receiver.to_both.wrong", [], ["x"])),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[test.__name__ for test, *_ in CASES])
def test_each_assertion_fails_by_itself(monkeypatch, case):
    test, *facts = case

    def run(**other: Any) -> None:
        said = MagicMock(**{path.replace("()", ".return_value"): other.get(path, right) for path, right, *_ in facts})
        for name in {path.split(".")[1].removesuffix("()") for path, *_ in facts if path.startswith("suite.")}:
            monkeypatch.setattr(f"{test.__module__}.{name}", getattr(said.suite, name))
        test(**{name: getattr(said, name) for name in inspect.signature(test).parameters})

    run()
    for path, _, *wrong in facts:
        for one in wrong:
            left_open = isinstance(one, Open)
            with pytest.raises((NotApplicable, NotAssessed) if left_open else AssertionError):
                run(**{path: one.value if left_open else one})


def chain(node: ast.expr) -> list[str]:
    """Names of `a.b.c`, a call or not; nothing for what is more."""
    names: list[str] = []
    node = node.func if isinstance(node, ast.Call) else node
    while isinstance(node, ast.Attribute):
        names, node = [node.attr, *names], node.value
    return [node.id, *names] if isinstance(node, ast.Name) else []


def asked(test: Any) -> tuple[list[str], bool] | None:
    """What a test asks for that comes to `problem = …` and `assert not problem, problem`, and whether by a call."""
    function = ast.parse(textwrap.dedent(inspect.getsource(test))).body[0]
    assert isinstance(function, ast.FunctionDef)
    match [ast.unparse(one) for one in function.body], function.body:
        case [_, "assert not problem, problem"], [ast.Assign(value=value), _]:
            return (names, isinstance(value, ast.Call)) if len(names := chain(value)) > 1 else None
    return None


NAMES = [path.stem for path in sorted(Path(test_members.__file__).parent.glob("test_*.py"))]
SUITES = [importlib.import_module(f"suites.{name}") for name in NAMES]
ASKING = [
    (suite, name, *found)
    for suite in SUITES
    for name, test in vars(suite).items()
    if name.startswith("test_") and callable(test) and (found := asked(test))
]


@pytest.mark.parametrize(("suite", "name", "names", "called"), ASKING, ids=[name for _, name, *_ in ASKING])
def test_a_problem_that_is_found_is_the_message_of_its_test(monkeypatch, suite, name, names, called):
    test = getattr(suite, name)
    nouns = {one: Mock() for one in inspect.signature(test).parameters}
    for problem in ("", "found it"):
        first, *between, last = names
        holder = nouns.get(first) or getattr(suite, first)
        for step in between:
            holder = getattr(holder, step)
        monkeypatch.setattr(holder, last, (lambda *_, expected=problem, **__: expected) if called else problem)
        with pytest.raises(AssertionError, match=r"^found it") if problem else nullcontext():
            test(**nouns)


def test_most_tests_of_the_suites_ask_so():
    assert len(ASKING) > 50
