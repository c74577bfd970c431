"""Where the time went: the ledger of a run, on a clock of its own, and the timings of earlier ones."""

import io

import pytest
from rich.console import Console

from conformance.deadlines import PROMOTION
from conformance.errors import ConformanceError
from conformance.progress.plan import Timings
from conformance.targets.shared.progress import Stages
from conformance.time_ledger import VARIABLE, TimeLedger
from conformance.waiting import answering, listening, wait_for
from selftests.fake_clock import FakeClock
from selftests.fake_node import StillClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ledger(clock: FakeClock) -> TimeLedger:
    return TimeLedger(clock)


def test_what_is_in_no_phase_is_the_harness(ledger, clock):
    with ledger.phase("boot"):
        clock.sleep(30)
    clock.sleep(2)
    seconds = ledger.seconds()
    assert (seconds["boot"], seconds["harness"], seconds["total"]) == (30, 2, 32)


def test_a_phase_inside_another_takes_its_own_time_also_where_it_breaks(ledger, clock):
    with ledger.phase("assemble"):
        clock.sleep(1)
        with pytest.raises(OSError, match="x"), ledger.phase("fetch"):
            raise clock.sleep(10) or OSError("x")
        clock.sleep(2)
    assert (ledger.seconds()["assemble"], ledger.seconds()["fetch"], ledger.seconds()["harness"]) == (3, 10, 0)
    ledger.restart()
    assert (ledger.seconds()["fetch"], ledger.seconds()["total"]) == (0, 0)


def test_waits_and_answers_of_the_deployment_are_heard_unless_a_phase_is_on(ledger, clock):
    with listening(ledger):
        with ledger.phase("boot"):
            wait_for("node", lambda: clock.now >= 1010, PROMOTION, poll=1, clock=clock)
        wait_for("role", lambda: clock.now >= 1014, PROMOTION, poll=1, clock=clock)
        with answering("node1 GET /", PROMOTION, clock):
            clock.sleep(3)
    assert (ledger.seconds()["boot"], ledger.seconds()["wait"], ledger.seconds()["harness"]) == (10, 7, 0)


def test_waits_that_overlap_count_once(ledger, clock):
    ledger.wait_started("a", PROMOTION)
    clock.sleep(1)
    ledger.wait_started("b", PROMOTION)
    clock.sleep(1)
    ledger.wait_ended("a", 2, True)
    clock.sleep(1)
    ledger.wait_ended("b", 2, False)
    assert ledger.seconds()["wait"] == 3


def test_an_unknown_phase_is_refused(ledger):
    with pytest.raises(ValueError, match="'coffee' is not a phase"), ledger.phase("coffee"):
        pass


def test_an_inner_process_takes_over_start_and_phases(ledger, clock):
    environment: dict[str, str] = {}
    ledger.take_over(environment)
    assert ledger.seconds()["total"] == 0
    with ledger.phase("fetch"):
        clock.sleep(20)
    ledger.hand_over(environment)
    clock.sleep(1)
    inner = TimeLedger(clock)
    inner.take_over(environment)
    assert (inner.seconds()["fetch"], inner.seconds()["total"], environment) == (20, 21, {})


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"started": 1}', '{"started": "x", "spent": {}}', "7"])
def test_a_damaged_hand_over_is_one_clear_line(ledger, text):
    with pytest.raises(ConformanceError, match=f"{VARIABLE} is damaged"):
        ledger.take_over({VARIABLE: text})


@pytest.fixture
def timings(tmp_path):
    return Timings(tmp_path / "timings.json")


def test_later_runs_move_the_expectation(timings):
    assert timings.expected("node1 ready") is None
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
