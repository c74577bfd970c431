"""Work in processes: what breaks, hangs or is killed ends alone."""

import os
import signal
import sys
import threading
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from conformance.session.commands.judge_many.processes import each

LONG, SHORT = 60.0, 0.2


def work(name: str) -> None:
    """Do what the name says, in the process."""
    if name == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "broken":
        os.close(2)
        raise RuntimeError
    if name == "hangs":
        threading.Event().wait()
    sys.exit(int(name))


def ended(names: list[str], at_once: int = 2, limit: float = LONG) -> dict[str, tuple[int, bool]]:
    return {one.work: (one.code, one.late) for one in each(names, work, at_once, limit)}


def test_each_ends_with_its_own_code_and_one_that_hangs_is_killed() -> None:
    assert ended(["0", "3", "killed", "broken", "4"]) == {
        "0": (0, False), "3": (3, False), "killed": (-9, False), "broken": (1, False), "4": (4, False),
    }  # fmt: skip
    found = ended(["hangs", "hangs"], limit=SHORT) | ended(["0"])
    assert found == {"hangs": (-9, True), "0": (0, False)}


@pytest.mark.parametrize("at_once", [1, 3])
def test_no_more_run_at_once_than_asked(tmp_path: Path, at_once: int) -> None:
    def noted(name: str) -> None:
        (tmp_path / name).touch()
        assert len(list(tmp_path.iterdir())) <= at_once
        (tmp_path / name).unlink()

    assert {one.code for one in each([str(number) for number in range(6)], noted, at_once, LONG)} == {0}


def test_what_still_runs_is_ended_when_no_one_wants_more() -> None:
    before = psutil.Process().children()
    with closing(each(["0", "hangs"], work, 2, LONG)) as found:
        assert next(found).work == "0"
        running = [one for one in psutil.Process().children() if one not in before]
        assert running
    assert [one for one in running if one.is_running()] == []
