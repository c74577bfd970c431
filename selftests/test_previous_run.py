"""How a run differs from the last ones of its target: what changed, and how often a should failed."""

import json
import re
from pathlib import Path

import pytest

from conformance.evidence import signoff_schema
from conformance.judgement.catalogue import Kind, Level
from conformance.judgement.verdict import RequirementResult, Verdict
from reports import previous, terminal, variation
from selftests.project import CATALOGUE, Project
from selftests.sealed_run import SealedRun
from selftests.stored_signoffs import GOOD, LEVELS, signoff

SUITE = """
@requirement("AA-01")
def test_a(deployment, witness):
    assert witness.ask("node1", "role", lambda: "passive") == "{0}", "node1 is passive"

@requirement("BB-01")
def test_b(deployment, witness):
    assert witness.ask("node1", "file", lambda: "there")
"""
NOW = 1_800_000_000.0
DAY = 86_400.0
FAILS = {**GOOD, "FO-11": "fail"}


def stored(out: Path, name: str, finished: float, target: str = "fake", **more: str) -> Path:
    """A run's folder as far as it is looked at; `ended` says how it went."""
    folder = out / name
    (folder / "evidence").mkdir(parents=True)
    report = {"run_id": name, "target": target, "finished": finished, "result": "PARTIAL", "requirements": {}}
    (folder / "signoff.json").write_text(json.dumps(report))
    (folder / "manifest.json").write_text("{}")
    ended = more.get("ended", "ended")
    (folder / "evidence" / "verdicts.jsonl").write_text('{"begun": {}}\n' + json.dumps({"run": ended}) + "\n")
    return folder


@pytest.mark.usefixtures("no_schema")
def test_runs_that_ended_are_taken_the_newest_first(tmp_path):
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
    assert [run["run_id"] for run in found] == ["second", "first"]
    assert previous.earlier(tmp_path / "now", "compose", before=50.0) == []
    assert previous.earlier(tmp_path / "nowhere" / "now", "fake", before=50.0) == []


def test_what_was_not_selected_is_no_difference():
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
    difference = previous.compared([before], now)
    changed = {"AA-01": ["pass", "fail"]}
    assert difference == {"run_id": "r0", "finished": 1.0, "result": "PARTIAL", "changed": changed, "shoulds": {}}
    assert previous.compared([], now) is None


def line(changed: dict[str, list[str]], finished: float = NOW - DAY, **levels: str) -> str:
    last = {"run_id": "r0", "finished": finished, "result": "CONFORMS", "changed": changed}
    requirements = {name: {"level": levels.get(name.partition("-")[0], "must")} for name in changed}
    return previous.line({"finished": NOW, "previous": last, "requirements": requirements})


def test_the_line_has_what_is_new_first_then_what_was_repaired_then_the_rest_and_counts_what_it_does_not_name():
    text = line({f"AA-{n:02}": ["pass", "fail"] for n in range(9)})
    assert text.endswith("new failures: AA-00, AA-01, AA-02, AA-03, AA-04, AA-05 and 3 more")
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


@pytest.mark.parametrize(("days", "shown"), [
    (0, "since 08:00 UTC the same day (run"),
    (1, "since Thursday, 14 January 2027 (run"),
    (6, "since Saturday, 9 January 2027 (run"),
    (7, "since 8 January 2027 (run"),
])  # fmt: skip
def test_the_last_run_is_named_by_its_day(days, shown):
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


def test_the_report_says_in_what_the_run_differs_and_is_verified(second, capsys):
    second.run()
    assert second.signoff["previous"]["changed"] == {"AA-01": ["pass", "fail"]}
    shown = " (run r1, PARTIAL): new failures: AA-01"
    assert re.search(rf"previous  since \d\d:\d\d UTC the same day{re.escape(shown)}\n", capsys.readouterr().out)
    assert shown in (second.folder / "signoff.html").read_text()
    assert SealedRun(second.folder).verify() == 0


def results(verdict: str, name: str = "FO-11") -> list[RequirementResult]:
    """What the present run says of one requirement, all others pass."""
    verdicts = dict.fromkeys(LEVELS, "pass") | {name: verdict}
    return [RequirementResult(one, level, Kind.LOG, Verdict(verdicts[one])) for one, level in LEVELS.items()]


@pytest.mark.parametrize(("before", "now", "rate"), [
    ([FAILS, GOOD], "fail", (2, 3)),
    ([FAILS, GOOD, GOOD], "pass", (1, 4)),
    ([FAILS, FAILS], "fail", (3, 3)),
    ([{**GOOD, "FO-11": "waived"}], "pass", (1, 2)),
    ([{**GOOD, "FO-11": "error"}, {**GOOD, "FO-11": "not-assessed"}, FAILS], "pass", (1, 2)),
    ([FAILS] * 20, "pass", (9, 10)),
])  # fmt: skip
def test_a_should_that_fails_or_failed_has_a_rate(before, now, rate):
    found = variation.of_shoulds(list(map(signoff, before)), results(now))
    assert found == {"FO-11": {"failed": rate[0], "runs": rate[1]}}


@pytest.mark.parametrize(("before", "now", "name"), [
    ([GOOD, GOOD], "pass", "FO-11"),
    ([], "fail", "FO-11"),
    ([{"CLU-01": "pass"}], "fail", "FO-11"),
    ([FAILS], "not-assessed", "FO-11"),
    ([FAILS], "error", "FO-11"),
    ([{**GOOD, "CLU-01": "fail"}], "fail", "CLU-01"),
], ids=["never failed", "no run before", "not judged before", "not judged now", "not seen now", "a must"])  # fmt: skip
def test_there_is_no_rate_where_no_two_runs_can_be_compared_and_of_a_must(before, now, name):
    assert variation.of_shoulds(list(map(signoff, before)), results(now, name)) == {}


def test_a_requirement_that_earlier_runs_did_not_know_does_not_break():
    older = signoff()
    del older["requirements"]["FO-11"]
    assert variation.of_shoulds([older, signoff(FAILS)], results("pass")) == {"FO-11": {"failed": 1, "runs": 2}}


def test_the_sign_off_and_the_terminal_hold_the_rates(tmp_path):
    difference = previous.compared([signoff(FAILS), signoff()], results("pass"))
    now = signoff(previous=difference)
    assert signoff_schema.violations(now) == []
    line = "varies    FO-11 failed in 1 of the last 3 runs of this target; this run: pass"
    assert line in terminal.lines(now, tmp_path)


def test_a_sign_off_of_before_the_rates_were_counted_has_none(tmp_path):
    before = {"run_id": "r0", "finished": 1.0, "result": "PARTIAL", "changed": {}}
    older = signoff(previous=before, schema_version="3.0")
    assert signoff_schema.violations(older) == []
    assert dict(variation.of(older)) == {}
    assert dict(variation.of(signoff())) == {}
    assert not [line for line in terminal.lines(older, tmp_path) if line.startswith("varies")]


@pytest.fixture
def varying(project: Project) -> SealedRun:
    """The third run of a target, which passes what failed in the first two, a should."""
    catalogue = project.pytester.path / "suites" / "catalogue.toml"
    catalogue.write_text(CATALOGUE.replace('level = "must"\nkind = "fault"', 'level = "should"\nkind = "fault"'))
    for name, wanted in (("r-1", "active"), ("r-2", "active"), ("", "passive")):
        project.suite("one", SUITE.format(wanted))
        project.run()
        if name:
            project.folder.rename(project.folder.parent / name)
    return SealedRun(project.folder)


def test_the_page_shows_the_rate_beside_the_requirement_and_the_verifier_agrees(varying):
    report = json.loads((varying.folder / "signoff.json").read_text())
    assert report["previous"]["shoulds"] == {"AA-01": {"failed": 2, "runs": 3}}
    assert "failed in 2 of the last 3 runs of this target" in (varying.folder / "signoff.html").read_text()
    assert varying.verify() == 0
