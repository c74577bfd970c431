"""Each sabotage of files, repaired: the files are what they were before, or a question is left.

That the homes are healthy again then is judged by `python -m sabotage --repair`.
"""

from collections.abc import Mapping
from typing import NamedTuple

import pytest

from conformance.evidence.learning import learn_homes
from conformance.evidence.redaction import Redactor
from conformance.judgement.catalogue import Kind, load
from conformance.node.home.event_processor import EventProcessor
from conformance.project import CATALOGUE, SUITES
from conformance.repair import workout
from conformance.repair.bench import Bench
from sabotage import repair_expectations, repaired, synthetic_homes
from sabotage.catalogue import HOMES
from sabotage.edits import text
from sabotage.homes_target import HomesDeployment
from sabotage.pair import Pair
from sabotage.repair_expectations import Expected, expected
from selftests.whole_run import PROJECT

KNOWN = load(PROJECT / SUITES / CATALOGUE)
SABOTAGES = {one.name: one for one in repaired.repairable(HOMES, KNOWN)}


class Healthy(NamedTuple):
    """A pair, what knows its secrets, and all its files."""

    homes: Pair
    redactor: Redactor
    files: Mapping[tuple[str, str], bytes]


@pytest.fixture(scope="module")
def healthy(tmp_path_factory: pytest.TempPathFactory) -> Healthy:
    made, redactor = synthetic_homes.make(tmp_path_factory.mktemp("pair")), Redactor()
    learn_homes(redactor, HomesDeployment(made).nodes)
    return Healthy(made, redactor, repaired.contents(made))


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_sabotage_is_undone_or_asked_about(healthy: Healthy, name: str) -> None:
    (homes, redactor, before), one = healthy, SABOTAGES[name]
    with homes.broken(one.change):
        bench = Bench(HomesDeployment(homes), redactor)
        questions = workout.untried(bench, [red for red in one.expected if KNOWN[red].kind is Kind.FILES], KNOWN)
        now = {**repaired.contents(homes), **{place: draft.after for place, draft in bench.drafts.items()}}
    different = list(repaired.different(before, now))

    # Of these two what is broken is what is stated, and no file.
    stated = name in ("homes-without-link", "same-ports-on-one-host")
    assert bool(different) == (expected(one) is not Expected.UNDONE) or stated
    if expected(one) is Expected.ASKED:
        assert questions


def test_of_one_port_for_event_sync_and_management_the_one_that_moved_is_put_back(healthy: Healthy) -> None:
    homes, redactor, before = healthy
    with homes.broken(text(EventProcessor.PATH, "//mode[@name='HA']/eventSync/port", "10005")):
        bench = Bench(HomesDeployment(homes), redactor)
        workout.untried(bench, ["EP-04"], KNOWN)

    after = {place: draft.after for place, draft in bench.drafts.items()}
    assert after
    assert not list(repaired.different(before, {**before, **after}))


def test_every_expectation_is_about_a_sabotage() -> None:
    named = {*repair_expectations.HEALTHY, *repair_expectations.ASKED}
    assert named - set(SABOTAGES) == set()
    assert set(repair_expectations.HEALTHY) & set(repair_expectations.ASKED) == set()


def test_every_requirement_of_files_is_repaired_or_asked_about() -> None:
    """By a remedy, or by a question of its own; the catalogue's words are for what is new."""
    own = {remedy.requirement for remedy in workout.REMEDIES}
    asked = {one.id for one in KNOWN.values() if one.kind is Kind.FILES and one.level.value != "info"}
    assert sorted(asked - own - set(workout.undecided.KNOWN)) == []
