import io

import pytest
from rich.console import Console

from conformance.progress.timings import Timings
from conformance.targets.shared.progress import Stages
from selftests.fake_node import StillClock


@pytest.fixture
def timings(tmp_path):
    return Timings(tmp_path / "timings.json")


def test_a_stage_that_never_ran_has_no_expectation(timings):
    assert timings.expected("node1 ready") is None


def test_later_runs_move_the_expectation(timings):
    timings.record("node1 ready", 20.0)
    timings.record("node1 ready", 10.0)

    assert timings.expected("node1 ready") == 15.0


@pytest.mark.parametrize("damaged", ["", "[]", '{"node1 ready": "soon"}', "{"])
def test_a_damaged_file_only_means_that_nothing_is_known(tmp_path, damaged):
    (tmp_path / "timings.json").write_text(damaged)

    assert Timings(tmp_path / "timings.json").expected("node1 ready") is None


def test_a_stage_says_what_is_awaited_and_how_long_it_took_before(timings):
    timings.record("node1 ready", 13.4)
    clock, out = StillClock(), io.StringIO()
    stages = Stages(timings, Console(file=out), clock)

    with stages.stage("node1 ready"):
        clock.sleep(15.0)

    assert out.getvalue() == "\nlab: node1 ready ... (about 13 s)\nlab: node1 ready: 15.0 s\n"
    assert stages.seconds == {"node1 ready": 15.0}


def test_a_stage_that_fails_is_not_remembered(timings):
    stages = Stages(timings, Console(file=io.StringIO()), StillClock())

    with pytest.raises(ValueError, match="broken"), stages.stage("node1 ready"):
        raise ValueError("broken")

    assert timings.expected("node1 ready") is None
