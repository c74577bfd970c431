"""A node that its own Spark worker took down: only where it is down, says so, and when."""

from pathlib import Path

import pytest

from conformance.evidence.witness import Witness
from conformance.node.checks.worker_exit import WorkerExit, worker_exit
from conformance.node.node import Node
from sabotage.sound_logs import FIRST_START, file_log
from selftests.fake_node import FakeAccess

REFUSED = "org.apache.spark.deploy.worker.Worker|Worker registration failed: Duplicate worker ID"


def exit_of(tmp_path: Path, line: str, pid: int | None) -> WorkerExit | None:
    access = FakeAccess.good("node1", log=file_log(*FIRST_START, line))
    access.pid = lambda: pid
    return worker_exit(Node(access, Witness.recording(tmp_path)))


def test_it_is_described_with_its_line_and_its_time(tmp_path: Path) -> None:
    found = exit_of(tmp_path, REFUSED, None)
    assert found is not None
    assert "node1 does not run" in found.text
    assert "Duplicate worker ID" in found.text
    assert found.at_wall > 0


@pytest.mark.parametrize(
    ("line", "pid"), [(REFUSED, 21), (REFUSED.replace("Worker|", "Master|"), None), ("ui|Shutting down", None)]
)
def test_a_node_that_runs_or_ended_otherwise_has_none(tmp_path: Path, line: str, pid: int | None) -> None:
    assert exit_of(tmp_path, line, pid) is None
