"""The verifier compares a run with what is known beside its verdicts: the suites' catalogue, the observed failovers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from selftests import sealed_run
from selftests.project import Project
from selftests.sealed_run import SealedRun, refused

FAILOVER = """
from selftests import failover_texts

@requirement("BB-01")
def test_z(deployment, witness, failovers):
    record = failover_texts.record(failover_texts.good())
    witness.ask("cluster", "failover there", record.as_json)
    failovers.append(record.summary())
"""


@pytest.fixture
def run(project: Project) -> SealedRun:
    """A run with a log, and a failure that is waived."""
    return sealed_run.waived(project)


def test_a_whole_requirement_that_vanished_is_found_by_the_suites_own_catalogue(
    project: Project, run: SealedRun, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(project.suites / "catalogue.toml")
    assert run.verify("--catalogue", path) == 0
    Path(path).write_text(Path(path).read_text().replace('id = "CC-01"', 'id = "CC-02"'))
    assert refused(run, capsys, "--catalogue", path) == {"catalogue": "is not the catalogue of --catalogue"}


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ('"The second thing holds."', r'"A \"second\" thing."', "sentence"),
        ('kind = "fault"', 'kind = "live"', "kind"),
        ('"Page, step 3"', '"Page"', "section"),
        ('level = "must"', 'level = "should"', "level"),
        ('sentence = "Nobody tests this."', "", "sentence"),
    ],
)
def test_a_requirement_that_reads_otherwise_is_found_by_the_suites_own_catalogue(
    project: Project, run: SealedRun, before: str, after: str, field: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = project.suites / "catalogue.toml"
    path.write_text(path.read_text().replace(before, after))
    assert f"has another {field} in --catalogue" in refused(run, capsys, "--catalogue", str(path))["catalogue"]


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (lambda told: told.clear(), "only one of sign-off and observations has failover there"),
        (lambda told: told[0]["phases"].pop(), "failover there: phases is not what was observed"),
        (lambda told: told[0].update(survivor="node1"), "failover there: survivor is not what was observed"),
    ],
)
def test_a_failover_is_told_as_it_was_observed(
    project: Project, spoil: Callable[[list[Any]], object], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project.suite("four", FAILOVER)
    run = sealed_run.made(project)
    assert run.verify() == 0
    with run.signoff() as one:
        spoil(one["failovers"])
    assert refused(run, capsys)["failovers"] == told


OUTAGE = """
from conformance.disruption.outages.record import OutageRecord
from selftests import outage_texts

@requirement("BB-01")
def test_z(deployment, witness, failovers):
    told = outage_texts.good("it")
    every = list(told["flow"]["stored"])
    told["flow"]["stored"], told["rows_open"] = every[:10], True
    record = OutageRecord.from_json(told)
    witness.ask("cluster", "outage it", record.as_json)
    late = witness.ask("cluster", "rows in the end of outage it", lambda: every[:-2])
    failovers.append(record.with_rows(late).summary())
"""


@pytest.mark.parametrize("missing", ["50 of 60", "3 of 60"])
def test_an_outage_is_told_by_its_later_count_of_rows(
    project: Project, missing: str, capsys: pytest.CaptureFixture[str]
) -> None:
    project.suite("four", OUTAGE)
    run = sealed_run.made(project)
    assert run.verify() == 0
    with run.signoff() as one:
        assert "2 of 60" in one["failovers"][0]["losses"][0]
        one["failovers"][0]["losses"] = [one["failovers"][0]["losses"][0].replace("2 of 60", missing)]
    assert refused(run, capsys)["failovers"] == "outage it: losses is not what was observed"
