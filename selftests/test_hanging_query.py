"""A query that hangs: the error says why, as far as worker and log show it."""

from types import SimpleNamespace

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.log.carbon_log import NodeLog
from conformance.node.services.http_session import NoAnswer, explained
from conformance.node.spark.hanging_query import given_up, why_it_hangs
from conformance.node.spark.ui import WorkerView
from selftests.fake_node import FIRST_START, FakeAccess, file_line, file_log

NO_CONTEXT = file_line("spark|Error while executing query : x", level="ERROR") + (
    "\njava.lang.RuntimeException: Spark SQL Context is not available. Check if the cluster has started.\n"
)
MASTER = "org.apache.spark.deploy.master.Master"
GIVEN_UP = file_line(f"{MASTER}|Application C with ID app-1 failed 11 times; removing it", level="ERROR") + "\n"


def why(tmp_path, worker: WorkerView | EvidenceError, *lines: str) -> str:
    """What is said of a node with this worker and these lines after its start."""

    def answer() -> WorkerView:
        if isinstance(worker, EvidenceError):
            raise worker
        return worker

    log = NodeLog(FakeAccess.good("node1", log=file_log(*FIRST_START) + "".join(lines)), Witness.recording(tmp_path))
    return why_it_hangs("node1", SimpleNamespace(worker=answer), log)


def view(running: int, finished: int) -> WorkerView:
    return WorkerView("node1", "http://h:11500/", ("app/0",) * running, tuple(f"app/{n}" for n in range(finished)))


def test_a_healthy_node_reports_nothing(tmp_path):
    assert why(tmp_path, view(1, 3)) == ""


def test_without_a_log_its_worker_alone_shows_it(tmp_path):
    log = NodeLog(FakeAccess("node1", {}), Witness.recording(tmp_path))
    ui = SimpleNamespace(worker=lambda: view(1, 4))
    assert why_it_hangs("node1", ui, log).startswith("4 executors of node1 have ended")
    assert why_it_hangs("node1", ui, log).endswith("see work/app-*/*/stderr")
    assert given_up("node1", log) == ""


@pytest.mark.parametrize(("worker", "lines", "expected"), [
    (view(1, 4), (), "4 executors of node1 have ended"),
    (view(0, 0), (), "no executor runs on node1"),
    (EvidenceError("no connection", ""), (), "its Spark worker does not answer (no connection)"),
    (view(1, 0), (GIVEN_UP, GIVEN_UP.replace("app-1", "app-2")),
     "ID app-2 failed 11 times; removing it; Spark gave the application up, and does not start it"),
    (view(1, 0), (NO_CONTEXT,), "says 'Spark SQL Context is not available'"),
])  # fmt: skip
def test_what_keeps_queries_from_being_answered_is_reported(tmp_path, worker, lines, expected):
    assert expected in why(tmp_path, worker, *lines)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (NoAnswer("no answer within 60 s", "see stderr"), "no answer within 60 s; executors crash - see stderr"),
        (EvidenceError("refused", ""), "^refused"),
    ],
)
def test_only_an_answer_that_does_not_come_says_why(error, expected):
    with pytest.raises(EvidenceError, match=expected), explained(lambda: "executors crash"):
        raise error
