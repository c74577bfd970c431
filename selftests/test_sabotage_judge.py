"""Many deployments are judged in one session, each by itself."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from unittest.mock import Mock

import pytest

from conformance.errors import ConformanceError
from conformance.judgement.catalogue import Kind
from sabotage import synthetic_homes
from sabotage.homes import CannotBreak
from sabotage.homes_target import HomesDeployment
from sabotage.judge import Judged, Opened, Round, judge
from sabotage.pair import Pair
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


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    made = synthetic_homes.make(tmp_path_factory.mktemp("pair"))
    for node in ("node1", "node2"):
        (made.home(node) / "bin/one").write_bytes(b"1")
    return made


def opened(pair: Pair, **changes: str) -> AbstractContextManager[Opened]:
    """The pair with something else stated of the first node; `away` cannot be."""

    @contextmanager
    def make() -> Iterator[Opened]:
        if "away" in changes:
            raise CannotBreak(changes["away"], "take another")
        with pair.broken(lambda broken: broken.state("node1", **changes)):
            yield Opened(HomesDeployment(pair))

    return make()


def judged(project: Project, pair: Pair, suite: str = SUITE) -> Judged:
    """Three rounds: healthy, broken, impossible; and the healthy one again."""
    project.suite("one", suite)
    rounds = [
        Round("healthy", lambda: opened(pair)),
        Round("broken", lambda: opened(pair, address="x")),
        Round("impossible", lambda: opened(pair, away="node1 is away")),
        Round("again", lambda: opened(pair)),
    ]
    return judge(project.pytester.path, f"snapshot:{pair.folder}", rounds, {Kind.FILES})


def test_each_round_has_verdicts_of_its_own_and_leaves_no_report(project, pair):
    found = judged(project, pair)
    verdicts = {name: (one["AA-01"].verdict.value, one["BB-01"].verdict.value) for name, one in found.results.items()}
    # Requirements of other kinds are not run.
    assert verdicts == {name: ("not-assessed", "fail" if name == "broken" else "pass") for name in found.results}
    assert list(verdicts) == ["healthy", "broken", "again"]
    assert "'x'" in found.results["broken"]["BB-01"].message
    assert found.skipped == {"impossible": "node1 is away"}
    assert found.red_tests == {"suites/test_one.py::test_address"}
    assert found.green_tests == {"suites/test_one.py::test_always"}
    assert not list(project.pytester.path.rglob("signoff.json"))


ASKING = """
from pathlib import Path

def asked(witness, name):
    Path("asked").open("a").write(f"{name} ")
    return witness.ask("node1", name, lambda: name)

@pytest.fixture(scope="session")
def shared(witness, deployment):
    asked(witness, "shared")

@requirement("BB-01")
def test_one(witness, shared):
    asked(witness, "one")

@requirement("CC-01")
def test_other(witness, shared):
    asked(witness, "other")
"""


@pytest.mark.parametrize(("touched", "again"), [
    (None, "shared one other "), ({"one"}, "shared one "), ({"shared"}, "shared one other "), (set(), ""),
])  # fmt: skip
def test_only_what_asked_for_a_changed_observation_is_judged_again(project, pair, touched, again):
    project.suite("one", ASKING)
    ids = {"shared": "o-0007", "one": "o-0008", "other": "o-0009"}
    changed = None if touched is None else {ids[name] for name in touched}
    rounds = [Round(name, lambda: nullcontext(Opened(HomesDeployment(pair), changed))) for name in ("first", "again")]
    found = judge(project.pytester.path, f"snapshot:{pair.folder}", rounds, {Kind.FILES}).results
    assert (project.pytester.path / "asked").read_text() == "shared one other " + again
    first, again = ({one: result.verdict for one, result in found[name].items()} for name in ("first", "again"))
    assert again == first


LOOKING = """
@pytest.fixture(autouse=True)
def run(request):
    with open("run", "a") as file:
        file.write(request.node.name + " ")

@requirement("BB-01")
def test_file(deployment):
    assert deployment.nodes[0].read("bin/one")

@requirement("BB-01")
def test_nothing(deployment):
    assert deployment.nodes

@requirement("CC-01")
def test_folder(deployment):
    assert deployment.nodes[1].listing("bin")
"""


@pytest.mark.parametrize(("path", "again"), [
    ("node1/bin/one", {"file", "nothing"}),
    ("node1/bin", {"file", "nothing"}),
    ("node2/bin/new", {"folder"}),
    ("node2/bin-new", set()),
    ("node1/bin/other", set()),
])  # fmt: skip
def test_only_requirements_that_look_at_a_changed_path_are_judged_again(project, pair, path, again):
    project.suite("one", LOOKING)
    ran = project.pytester.path / "run"

    @contextmanager
    def watched(*changed: str) -> Iterator[Opened]:
        ran.write_text("")
        deployment = HomesDeployment(pair)
        yield Opened(deployment, changed, deployment.looked_at)

    rounds = [Round("healthy", watched), Round("broken", lambda: watched(str(pair.folder / path)))]
    judge(project.pytester.path, f"snapshot:{pair.folder}", rounds, {Kind.FILES})
    assert set(ran.read_text().split()) == {f"test_{one}" for one in again}


def test_tests_of_kinds_beside_are_run_and_not_reported(project, pair):
    project.suite("one", SUITE)
    rounds = [Round("healthy", lambda: opened(pair))]
    found = judge(project.pytester.path, f"snapshot:{pair.folder}", rounds, {Kind.FILES}, {Kind.FAULT})
    assert "target sabotage:healthy cannot do: fault" in found.results["healthy"]["AA-01"].message
    assert found.green_tests == {"suites/test_one.py::test_address", "suites/test_one.py::test_always"}


def test_suites_that_cannot_be_collected_are_an_error(project, pair):
    with pytest.raises(ConformanceError, match=r"test_one\.py: .*NameError"):
        judged(project, pair, "nonsense_here\n")


def test_what_a_round_raises_ends_the_trial(project, pair):
    bad = Round("bad", Mock(side_effect=OSError("no room")))
    with pytest.raises(OSError, match="no room"):
        judge(project.pytester.path, f"snapshot:{pair.folder}", [bad], {Kind.FILES})
