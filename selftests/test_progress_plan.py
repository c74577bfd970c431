"""What a run will do, said before: its scenarios in their order, and how long they take by earlier runs."""

import re
from pathlib import Path

import pytest

from conformance.disruption.scenarios import GROUPS, SCENARIOS, steps
from conformance.judgement.catalogue import Kind
from conformance.progress.lines import Lines
from conformance.progress.plan import USUAL, Plan, Timings
from conformance.progress.stream import Stream
from conformance.session import second_lab
from conformance.text.scenario_names import in_words
from fixtures import scenarios as fixtures
from selftests.fake_clock import FakeClock
from selftests.test_progress_stream import Kept

NOUNS = [entry.noun for entry in SCENARIOS]


@pytest.mark.parametrize("noun", [*NOUNS, *GROUPS])
def test_each_scenario_of_the_table_is_a_fixture(noun):
    assert hasattr(fixtures, noun)


@pytest.mark.parametrize("step", steps(NOUNS))
def test_each_scenario_of_the_table_has_words_for_an_operator(step):
    assert in_words(step) not in (step, "")


def test_a_scenario_is_planned_with_the_one_that_must_have_happened_before():
    planned = steps(["slow_network", "failover_back", "node"])
    assert planned == ["failover there", "failover back", "outage slow network"]


def test_the_plan_has_the_order_of_the_suites():
    tests = "".join(Path("suites", name).read_text() for name in ("test_failover.py", "test_outages.py"))
    for group, nouns in GROUPS.items():
        tests = tests.replace(f"{group}: Outage", " ".join(nouns))
    places = [re.search(rf"def test_\w+\([^)]*\b{fixture}\b", tests, re.S) for fixture in NOUNS]
    assert all(places)
    assert [place.start() for place in places if place] == sorted(place.start() for place in places if place)


@pytest.fixture
def stream(monkeypatch: pytest.MonkeyPatch) -> Stream:
    monkeypatch.setattr(Stream, "_tick", lambda _self: None)
    return Stream(FakeClock())


def planned(stream: Stream, tmp_path: Path, **known: float) -> tuple[Plan, FakeClock, Timings]:
    clock, timings = FakeClock(), Timings(tmp_path / "timings.json")
    for step, seconds in known.items():
        timings.record(f"embedded: {step}", seconds)
    return Plan(stream, "embedded", ["a"], ["outage partition"], timings, clock), clock, timings


def test_the_time_left_is_that_of_the_steps_that_are_not_over_if_an_earlier_run_is_known(stream, tmp_path):
    assert planned(stream, tmp_path / "no run", **{"outage partition": 30.0})[0].left is None
    made, clock, timings = planned(stream, tmp_path, **{"a": 10.0, "outage partition": 30.0})
    assert made.left == 40
    made.begin("a")
    clock.sleep(4)
    assert made.left == 36
    clock.sleep(20)
    assert made.left == 30
    made.end("a")
    made.begin("a")
    made.end("a")
    assert made.left == 30
    assert timings.expected("embedded: a") == 17


def test_of_steps_inside_one_another_the_innermost_counts_down(stream, tmp_path):
    view = Kept()
    stream.show(view)
    made, clock, _ = planned(stream, tmp_path, **{"a": 10.0, "outage partition": 30.0})
    made.begin("a")
    clock.sleep(4)
    with made.scenario("outage partition"):
        clock.sleep(50)
    clock.sleep(2)
    made.end("a")
    left = [(one["seconds"], one["step"]) for one in view.records if one["kind"] == "left"]
    assert left == [(40, 10), (36, 30), (6, 6), (0, 0)]


def test_a_new_scenario_of_a_lab_has_a_time_of_its_own(stream, tmp_path):
    lab = Plan(stream, "compose", [], ["outage disk full"], Timings(tmp_path / "timings.json"), FakeClock())
    attached = Plan(stream, "attached", [], ["outage disk full"], Timings(tmp_path / "timings.json"), FakeClock())
    assert (lab.left, attached.left) == (40, None)


def test_a_first_run_of_a_lab_says_how_long_it_takes_elsewhere(stream, tmp_path):
    lines: list[str] = []
    stream.show(Lines(lines.append))
    phases, timings = [f"tests {kind.value}" for kind in Kind], Timings(tmp_path / "timings.json")
    # A scenario that was not measured yet counts 40 s, and would change the minutes below.
    scenarios = [step for step in (*steps(NOUNS), second_lab.STEP) if step in USUAL]
    for target in ("embedded", "embedded, two labs", "attached"):
        Plan(stream, target, phases, scenarios, timings, FakeClock())
    for step in (*phases, *scenarios):
        timings.record(f"attached: {step}", 3.0)
    Plan(stream, "attached", phases, scenarios, timings, FakeClock())

    said = [line.split("  ", 1)[1] for line in lines]
    elsewhere = "about 11 min for the whole run, as on two cores: this machine has not done all of it before\n"
    assert said[:2] == [elsewhere] * 2
    assert said[2:] == ["about 1 min for the whole run\n"]
    assert set(USUAL) == {*phases, *scenarios}


@pytest.mark.parametrize(("whole", "tests", "scenario"), [(100.0, 70, 30), (35.0, 5, 30), (20.0, 0, 30)])
def test_tests_that_were_selected_before_take_what_they_took_then(stream, tmp_path, whole, tests, scenario):
    view = Kept()
    stream.show(view)
    planned(stream, tmp_path, **{"a": 10.0, "outage partition": 30.0, "tests selected as x": whole})
    clock, timings = FakeClock(), Timings(tmp_path / "timings.json")
    made = Plan(stream, "embedded", ["a"], ["outage partition"], timings, clock, selection="x", spent=60.0)
    assert made.left == tests + scenario
    assert view.records[-1]["seconds"] == tests + scenario + 60
    clock.sleep(50)
    made.finish()
    assert timings.expected("embedded: tests selected as x") == (whole + 50) / 2


def test_a_scenario_is_no_time_of_the_tests_in_which_it_happens(stream, tmp_path):
    made, clock, timings = planned(stream, tmp_path)
    made.begin("a")
    clock.sleep(3)
    with made.scenario("outage partition"):
        clock.sleep(30)
    clock.sleep(1)
    made.end("a")
    assert (timings.expected("embedded: a"), timings.expected("embedded: outage partition")) == (4, 30)


def test_a_scenario_is_numbered_and_measured_unless_it_breaks_off_or_never_began(stream, tmp_path):
    view = Kept()
    stream.show(view)
    made, clock, timings = planned(stream, tmp_path)
    with pytest.raises(ValueError, match="broken"), made.scenario("outage link down"):
        raise ValueError("broken")
    with made.scenario("outage partition"):
        clock.sleep(30)
    assert [(one["number"], one["of"]) for one in view.records if one["kind"] == "scenario"] == [(1, 1), (2, 2)]
    assert view.kinds().count("scenario_end") == 2
    assert timings.expected("embedded: outage partition") == 30
    made.end("never began")
    for one in ("outage link down", "never began"):
        assert timings.expected(f"embedded: {one}") is None
