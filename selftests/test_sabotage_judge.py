"""Many deployments are judged in one session, each by itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from conformance.catalogue import Kind
from conformance.errors import ConformanceError
from sabotage import handmade
from sabotage.homes_target import HomesDeployment
from sabotage.judge import Judged, Round, judge
from sabotage.pair import CannotBreak, Pair
from selftests.project import Project

SUITE = """
@requirement("BB-01")
def test_address(deployment):
    assert deployment.spec.nodes[0].address == "198.51.100.11"

@requirement("BB-01")
def test_always():
    pass

@requirement("AA-01")
def test_fault(deployment):
    assert False
"""


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    """A sound pair."""
    return handmade.make(tmp_path / "pair")


def opened(pair: Pair, **changes: str) -> AbstractContextManager[HomesDeployment]:
    """The pair with something else stated of the first node; `away` cannot be."""

    @contextmanager
    def make() -> Iterator[HomesDeployment]:
        if "away" in changes:
            raise CannotBreak(changes["away"], "take another")
        with pair.broken(lambda broken: broken.state("node1", **changes)):
            yield HomesDeployment(pair)

    return make()


def judged(project: Project, pair: Pair, suite: str = SUITE) -> Judged:
    """Three rounds: sound, broken, impossible; and the sound one again."""
    project.suite("one", suite)
    rounds = [
        Round("sound", lambda: opened(pair)),
        Round("broken", lambda: opened(pair, address="x")),
        Round("impossible", lambda: opened(pair, away="node1 is away")),
        Round("again", lambda: opened(pair)),
    ]
    return judge(project.pytester.path, pair.folder, rounds, {Kind.FILES})


def test_each_round_has_verdicts_of_its_own(project: Project, pair: Pair) -> None:
    results = judged(project, pair).results
    found = {name: verdicts["BB-01"].verdict.value for name, verdicts in results.items()}
    assert found == {"sound": "pass", "broken": "fail", "again": "pass"}
    assert "'x'" in results["broken"]["BB-01"].message


def test_requirements_of_other_kinds_are_not_run(project: Project, pair: Pair) -> None:
    assert judged(project, pair).results["sound"]["AA-01"].verdict.value == "not-assessed"


def test_a_round_that_cannot_be_is_skipped_with_its_reason(project: Project, pair: Pair) -> None:
    assert judged(project, pair).skipped == {"impossible": "node1 is away"}


def test_it_tells_which_tests_were_red_in_some_round(project: Project, pair: Pair) -> None:
    found = judged(project, pair)
    assert found.red_tests == {"suites/test_one.py::test_address"}
    assert found.green_tests == {"suites/test_one.py::test_always"}


def test_no_report_is_written(project: Project, pair: Pair) -> None:
    judged(project, pair)
    assert not list(project.pytester.path.rglob("signoff.json"))


def test_suites_that_cannot_be_collected_are_an_error(project: Project, pair: Pair) -> None:
    with pytest.raises(ConformanceError, match=r"test_one\.py: .*NameError"):
        judged(project, pair, "nonsense_here\n")


def test_what_a_round_raises_ends_the_trial(project: Project, pair: Pair) -> None:
    def broken() -> AbstractContextManager[HomesDeployment]:
        raise OSError("no room")

    with pytest.raises(OSError, match="no room"):
        judge(project.pytester.path, pair.folder, [Round("bad", broken)], {Kind.FILES})
