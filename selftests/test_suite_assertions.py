"""Assertions of the suites that stand behind others: each holds where all is as it should be, and fails by itself."""

from __future__ import annotations

from types import SimpleNamespace as Of
from typing import Any
from unittest.mock import Mock

import pytest

from conformance.judgement.located import LocatedInt
from conformance.node.services.query import QueryResult
from suites import (
    test_console,
    test_event_processor,
    test_events,
    test_members,
    test_spark_ui,
)

ROWS = (("alpha", "7"),)


def table(columns: Any = ("name", "value"), rows: Any = ROWS) -> Any:
    """A node each of whose consoles gives these columns and rows."""
    result = QueryResult(columns, rows)
    return Of(name="node1", console=Of(query=lambda: result), analytics=Of(query=lambda: result),
              browser=Of(missing="", typed=lambda _: result))  # fmt: skip


def masters(*statuses: str) -> Any:
    return Of(formed=lambda: [Of(status=one) for one in statuses])


def page_of(status: str) -> Any:
    return Of(spark_ui=Of(master=lambda: Of(page_status=status, status="ALIVE")))


def worker(*running: str) -> Any:
    return Of(name="node1", spark_ui=Of(worker=lambda: Of(url="u", running=running)))


def sampled(*, faults: Any = (), once: bool = True, out: bool = True, others: Any = ()) -> Any:
    """What became of events that were sent to one node."""
    ledger = Of(
        processing_faults=list(faults),
        stored_once=Of(exactly_once=once),
        output={"node1": ("a",), "node2": tuple(others)},
        output_of=lambda _: Of(exactly_once=out),
    )
    return Of(sample=lambda *_, **__: Of(ledger=ledger, stored_once=ledger.stored_once))


def judged(wrong: Any = ()) -> Any:
    found = Of(wrong=list(wrong))
    return Of(to_one=found, to_both=found, alike=lambda _: found)


def strangers(**found: str) -> Any:
    return Of(unauthenticated=Of(**({"console": "", "endpoint": "", "admin_service": ""} | found)))


def reaching(refusal: str = "") -> tuple[Any, Any]:
    """A node whose port, and whose peer's port, is reached or refused."""
    endpoint = Of(host=Of(where="w"), address="a", port=1)
    section = Of(local_member_host="h", local_member_port=LocatedInt(1, "w"))
    node = Of(name="n", reaches=lambda *_: refusal, event_processor=Of(event_sync=endpoint))
    peer = Of(name="p", reaches=lambda *_: refusal, clustering=Of(section=section))
    return node, Of(peer=lambda _: peer)


def logged_in(status: int = 200) -> Any:
    console = Of(login=lambda: None, page=lambda _: Of(status=status, url="u", location=""))
    return Of(name="n", new_console=lambda: console)


def other_rows(rows: Any = ROWS) -> tuple[Any, Any]:
    """Rows as one node's console and another node's service give them."""
    peer = Of(name="p", analytics=Of(query=lambda: QueryResult((), rows)))
    return table(), Of(peer=lambda _: peer)


NODE, NODES = Of(name="node1"), (Of(name="node1"), Of(name="node2"))
TABLE = Of(select="s", create="c", inserts=(), columns=("name", "value"), rows=ROWS, filled=lambda query: query(),
           read_back=lambda query: query())  # fmt: skip
#: A test, its arguments where all is well, and the same with what one assertion of it is about.
CASES: list[tuple[Any, tuple[Any, ...], list[tuple[Any, ...]]]] = [
    (
        test_event_processor.test_state_files_are_recorded,
        (Of(state_files=Of(survey=lambda: {"plans": {}})),),
        [(Of(state_files=Of(survey=dict)),)],
    ),
    (
        test_spark_ui.test_exactly_one_spark_master_is_alive,
        (masters("STANDBY", "ALIVE"),),
        [(masters("ALIVE", "ALIVE"),), (masters("STANDBY", "STANDBY"),), (masters("ALIVE"),)],
    ),
    (
        test_spark_ui.test_page_and_json_of_a_spark_master_agree,
        (page_of("ALIVE"),),
        [(page_of("STANDBY"),)],
    ),
    (
        test_spark_ui.test_the_link_of_each_running_application_opens_its_ui,
        (Of(applications=[Of(problem="")]),),
        [(Of(applications=[Of(problem=""), Of(problem="x")]),)],
    ),
    (
        test_spark_ui.test_every_worker_has_running_executors,
        (worker("app/0"), Mock()),
        [(worker(), Mock())],
    ),
    (test_console.test_the_administrator_can_log_in_to_the_console, (logged_in(),), [(logged_in(302),)]),
    (test_console.test_the_console_asks_for_a_login, (strangers(),), [(strangers(console="x"),)]),
    (test_console.test_the_query_endpoint_refuses_strangers, (strangers(),), [(strangers(endpoint="x"),)]),
    (test_console.test_the_admin_service_refuses_strangers, (strangers(),), [(strangers(admin_service="x"),)]),
    (
        test_console.test_rows_are_the_same_on_the_other_node,
        (*other_rows(), TABLE),
        [
            (*other_rows(()), TABLE),
            (table(rows=()), other_rows()[1], TABLE),
            (table(rows=()), other_rows(())[1], TABLE),
        ],
    ),
    (test_members.test_each_node_reaches_the_others_hazelcast_port, reaching(), [reaching("refused")]),
    (
        test_members.test_the_peer_reaches_the_port_on_its_configured_host,
        (*reaching(), "event_sync"),
        [(*reaching("refused"), "event_sync")],
    ),
    (
        test_events.test_events_sent_to_one_node_are_processed_by_both,
        (NODE, NODES, sampled()),
        [(NODE, NODES, sampled(faults=["x"]))],
    ),
    (
        test_events.test_events_sent_to_one_node_are_stored_once,
        (NODE, NODES, sampled()),
        [(NODE, NODES, sampled(once=False))],
    ),
    (
        test_events.test_events_sent_over_thrift_to_one_node_are_stored_once,
        (NODE, sampled()),
        [(NODE, sampled(once=False))],
    ),
    (
        test_events.test_only_the_active_node_puts_events_out,
        (NODE, NODES, sampled(), NODE),
        [(NODE, NODES, sampled(out=False), NODE), (NODE, NODES, sampled(others=("a",)), NODE)],
    ),
    (test_events.test_the_vendors_client_and_ours_leave_the_same_rows, (NODES, judged()), [(NODES, judged(["x"]))]),
    *(
        (test, (judged(),), [(judged(["x"]),)])
        for test in (
            test_events.test_events_of_a_duplicated_receiver_are_not_forwarded,
            test_events.test_a_client_of_a_duplicated_receiver_is_processed_once_per_node,
        )
    ),
    *(
        (test, (table(), TABLE), [(table(("name",)), TABLE), (table(rows=()), TABLE)])
        for test in (
            test_console.test_queries_typed_in_the_console_give_the_rows,
            test_console.test_queries_over_soap_give_the_rows,
            test_console.test_queries_typed_in_a_browser_give_the_rows,
        )
    ),
]


@pytest.mark.parametrize(("test", "good", "bad"), CASES, ids=[test.__name__ for test, *_ in CASES])
def test_each_assertion_fails_by_itself(test: Any, good: tuple[Any, ...], bad: list[tuple[Any, ...]]) -> None:
    test(*good)
    for one in bad:
        with pytest.raises(AssertionError):
            test(*one)


@pytest.mark.parametrize(("initialised", "members", "right"), [(True, 2, True), (True, 3, False), (False, 2, False)])
def test_two_members_are_seen_of_a_cluster_that_is_initialised(
    monkeypatch: pytest.MonkeyPatch, *, initialised: bool, members: int, right: bool
) -> None:
    monkeypatch.setattr(test_members, "membership", lambda _: Of(initialised=initialised, members=members))
    try:
        test_members.test_each_node_sees_exactly_two_members(Mock())
    except AssertionError:
        assert not right
    else:
        assert right


@pytest.mark.parametrize(("entries", "missing"), [([], []), (["/a.jar"], ["/a.jar"])])
def test_a_class_path_has_entries_that_are_there(
    monkeypatch: pytest.MonkeyPatch, entries: list[str], missing: list[str]
) -> None:
    monkeypatch.setattr(test_spark_ui.spark_parameters, "class_path", lambda _: entries)
    monkeypatch.setattr(test_spark_ui.class_path_entries, "missing", lambda *_: missing)
    with pytest.raises(AssertionError):
        test_spark_ui.test_the_class_path_is_there_on_every_node(Mock(), Mock(applications=[Mock()]))
