"""How a run differs from the last one of its target that ended: in the sign-off, on the terminal, on the page."""

import json
import re
from pathlib import Path

import pytest

from conformance.judgement.catalogue import Kind, Level
from conformance.judgement.verdict import RequirementResult, Verdict
from reports import previous
from selftests.project import Project
from selftests.sealed_run import SealedRun, refused

SUITE = """
@requirement("AA-01")
def test_a(deployment, witness):
    assert witness.ask("node1", "role", lambda: "passive") == "{0}", "node1 is passive"

@requirement("BB-01")
def test_b(deployment, witness):
    assert witness.ask("node1", "file", lambda: "there")
"""


def stored(out: Path, name: str, finished: float, target: str = "fake", **more: str) -> Path:
    """A run's folder as far as it is looked at; `ended` tells how it went."""
    folder = out / name
    (folder / "evidence").mkdir(parents=True)
    told = {"run_id": name, "target": target, "finished": finished, "result": "PARTIAL", "requirements": {}}
    (folder / "signoff.json").write_text(json.dumps(told))
    (folder / "manifest.json").write_text("{}")
    ended = more.get("ended", "ended")
    (folder / "evidence" / "verdicts.jsonl").write_text('{"begun": {}}\n' + json.dumps({"run": ended}) + "\n")
    return folder


@pytest.mark.usefixtures("no_schema")
def test_runs_that_ended_are_taken_the_newest_first(tmp_path: Path) -> None:
    stored(tmp_path, "first", 10.0)
    stored(tmp_path, "second", 20.0)
    stored(tmp_path, "elsewhere", 30.0, target="other")
    stored(tmp_path, "interrupted", 30.0, ended="broken off")
    stored(tmp_path, "later", 99.0)
    (stored(tmp_path, "killed", 30.0) / "manifest.json").unlink()
    (stored(tmp_path, "damaged", 30.0) / "signoff.json").write_text("[]")
    (stored(tmp_path, "cut", 30.0) / "evidence" / "verdicts.jsonl").write_text('{"run": "en')
    (tmp_path / "note.txt").write_text("no run")
    found = previous.earlier(tmp_path / "now", "fake", before=50.0)
    assert [told["run_id"] for told in found] == ["second", "first"]
    assert previous.earlier(tmp_path / "now", "compose", before=50.0) == []
    assert previous.earlier(tmp_path / "nowhere" / "now", "fake", before=50.0) == []


def test_what_was_not_selected_is_no_difference() -> None:
    then = {
        "AA-01": {"verdict": "pass", "message": ""},
        "BB-01": {"verdict": "not-assessed", "message": "not selected in this run"},
        "CC-01": {"verdict": "fail", "message": "x"},
        "OLD-01": {"verdict": "fail", "message": "x"},
    }
    before = {"run_id": "r0", "finished": 1.0, "result": "PARTIAL", "requirements": then}
    now = [
        RequirementResult("AA-01", Level.MUST, Kind.FILES, Verdict.FAIL),
        RequirementResult("BB-01", Level.MUST, Kind.FILES, Verdict.PASS),
        RequirementResult("CC-01", Level.MUST, Kind.FILES, Verdict.NOT_ASSESSED, "not selected in this run: t"),
        RequirementResult("NEW-01", Level.MUST, Kind.FILES, Verdict.FAIL),
    ]
    told = previous.compared([before], now)
    changed = {"AA-01": ["pass", "fail"]}
    assert told == {"run_id": "r0", "finished": 1.0, "result": "PARTIAL", "changed": changed, "shoulds": {}}
    assert previous.compared([], now) is None


NOW = 1_800_000_000.0
DAY = 86_400.0


def line(changed: dict[str, list[str]], finished: float = NOW - DAY, **levels: str) -> str:
    last = {"run_id": "r0", "finished": finished, "result": "CONFORMS", "changed": changed}
    requirements = {name: {"level": levels.get(name.partition("-")[0], "must")} for name in changed}
    return previous.line({"finished": NOW, "previous": last, "requirements": requirements})


def test_the_line_has_what_is_new_first_then_what_was_repaired_then_the_rest_and_counts_what_it_does_not_name() -> None:
    told = line({f"AA-{n:02}": ["pass", "fail"] for n in range(9)})
    assert told.endswith("new failures: AA-00, AA-01, AA-02, AA-03, AA-04, AA-05 and 3 more")
    assert line({}).endswith("(run r0, CONFORMS): no verdict changed")
    changed = {
        "EE-01": ["not-assessed", "pass"],
        "DD-01": ["fail", "pass"],
        "CC-01": ["pass", "error"],
        "BB-01": ["pass", "fail"],
        "AA-01": ["pass", "fail"],
    }
    assert line(changed, BB="should").partition("): ")[2].split("; ") == [
        "new failures: AA-01",
        "recommendations not met any more: BB-01",
        "could not be judged any more: CC-01",
        "repaired: DD-01",
        "now pass, was not-assessed: EE-01",
    ]


@pytest.mark.parametrize(
    ("days", "shown"),
    [
        (0, "since 08:00 UTC the same day (run"),
        (1, "since Thursday, 14 January 2027 (run"),
        (6, "since Saturday, 9 January 2027 (run"),
        (7, "since 8 January 2027 (run"),
    ],
)
def test_the_last_run_is_named_by_its_day(days: int, shown: str) -> None:
    assert line({}, NOW - days * DAY).startswith(shown)


@pytest.fixture
def second(project: Project) -> Project:
    """A project that ran twice: AA-01 passed before and fails now."""
    project.suite("two", SUITE.format("passive"))
    project.run()
    project.folder.rename(project.folder.parent / "r0")
    before = json.loads((project.folder.parent / "r0" / "signoff.json").read_text())
    assert before["previous"] is None
    project.suite("two", SUITE.format("active"))
    return project


def test_the_report_says_in_what_the_run_differs_and_the_verifier_knows_it(
    second: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    second.run()
    assert second.signoff["previous"]["changed"] == {"AA-01": ["pass", "fail"]}
    told = " (run r1, PARTIAL): new failures: AA-01"
    assert re.search(rf"previous  since \d\d:\d\d UTC the same day{re.escape(told)}\n", capsys.readouterr().out)
    assert told in (second.folder / "signoff.html").read_text()
    run = SealedRun(second.folder)
    assert run.verify() == 0
    with run.signoff() as changed:
        changed["previous"]["changed"]["BB-01"] = ["pass", "fail"]
    assert "BB-01 is not given as it is in what differs" in refused(run, capsys)["summary"]
