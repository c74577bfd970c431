"""The waivers file, what each entry is to a run of a given day, and what it does to that run."""

from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import pytest
import tomli

from conformance.errors import ConformanceError
from conformance.judgement import waiver
from conformance.judgement.catalogue import Kind, Level
from conformance.judgement.verdict import RequirementResult, Verdict
from conformance.judgement.waiver import State, Waiver, Waivers
from reports import signoff
from selftests.project import Project

FAILS = '@requirement("AA-01")\ndef test_a():\n    assert False, "node2 has none"\n'
NOT_HERE = '@requirement("CC-01")\ndef test_c():\n    not_applicable("there is none")\n'
PASSES = '@requirement("BB-01")\ndef test_b():\n    assert True\n'
TODAY = date(2026, 11, 23)
KNOWN = ("AA-01", "BB-01")


def ahead(days: int) -> date:
    return datetime.now(timezone.utc).date() + timedelta(days=days)


def run(project: Project, waivers: str, *arguments: str, suite: str = FAILS + PASSES + NOT_HERE) -> pytest.ExitCode:
    project.suite("two", suite)
    (project.pytester.path / "waivers.toml").write_text(waivers)
    return project.run("--waivers=waivers.toml", *arguments)


def entry(name: str, days: int = 10) -> str:
    return f'{name} = {{ reason = "known", owner = "operations", expires = {ahead(days)} }}\n'


def test_a_failure_that_is_waived_does_not_fail_the_run_but_leaves_it_partial(project, capsys):
    code = run(project, entry("AA-01"))
    assert code is pytest.ExitCode.OK
    assert (project.verdict("AA-01"), project.signoff["result"]) == ("waived", "PARTIAL")
    assert project.message("AA-01").splitlines()[1] == "node2 has none"
    assert f"waived    AA-01 until {ahead(10)} (10 days): operations: known" in capsys.readouterr().out
    assert signoff.violations(project.signoff) == []


def test_an_acceptance_takes_no_waiver_for_conformance(project):
    assert run(project, entry("AA-01"), "--acceptance") is pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(("name", "days", "text"), [
    ("AA-01", -1, "waiver AA-01 expired on"),
    ("AA-01", 91, "waiver AA-01 expires {}, more than 90 days ahead"),
    ("ZZ-99", 10, "waiver ZZ-99 is in no catalogue"),
    ("BB-01", 10, "waiver BB-01 is not needed, the requirement passes or does not apply"),
    ("CC-01", 10, "waiver CC-01 is not needed, the requirement passes or does not apply"),
])  # fmt: skip
def test_a_wrong_waiver_fails_the_run_in_one_line(project, name, days, text, capsys):
    waived = "" if name == "AA-01" else entry("AA-01")
    code = run(project, waived + entry(name, days))
    errors = [line for line in capsys.readouterr().out.splitlines() if line.startswith("error: ")]
    assert code is pytest.ExitCode.TESTS_FAILED
    assert [line.startswith(f"error: {text.format(ahead(days))}") for line in errors] == [True]


def test_a_malformed_file_stops_the_run_before_it_begins(project, capsys):
    code = run(project, "AA-01 = 1\nBB-01 = 2\n")
    assert code is pytest.ExitCode.USAGE_ERROR
    first, second = capsys.readouterr().err.strip().splitlines()[-2:]
    assert first.endswith("AA-01: is not a table")
    assert "BB-01: is not a table - write AA-01 = {" in second
    assert not project.folder.exists()
    with pytest.raises(ConformanceError, match=r"none\.toml: No such file"):
        waiver.read(project.pytester.path / "none.toml")


@pytest.mark.parametrize(("body", "verdict"), [("1 / 0", "error"), ("not_assessed('no way')", "not-assessed")])
def test_neither_an_error_nor_what_was_not_assessed_is_waived(project, body, verdict):
    suite = f'{FAILS}\n@requirement("AA-01", "CC-01")\ndef test_more():\n    {body}\n'
    run(project, entry("AA-01"), suite=suite)
    assert project.verdict("AA-01") == verdict


def test_a_test_of_a_waived_and_of_another_requirement_still_fails(project):
    code = run(project, entry("AA-01"), suite=FAILS.replace('"AA-01"', '"AA-01", "CC-01"'))
    assert code is pytest.ExitCode.TESTS_FAILED
    assert (project.verdict("AA-01"), project.verdict("CC-01")) == ("waived", "fail")


def test_a_waiver_of_what_was_only_judged_in_part_is_not_stale_but_reported(project, capsys):
    each = '@pytest.mark.parametrize("node", ["n1", "n2"])\n'
    suite = each + FAILS.replace("test_a()", "test_a(node)").replace("False", 'node == "n1"')
    code = run(project, entry("AA-01"), "-k", "n1 or test_b", suite=suite + PASSES)
    assert code is pytest.ExitCode.OK
    assert (project.verdict("AA-01"), project.signoff["waivers"][0]["state"]) == ("not-assessed", "unused")
    assert f"unused    AA-01 until {ahead(10)} (10 days): operations: known" in capsys.readouterr().out


def test_each_failure_is_reported_with_an_entry_that_needs_only_reason_and_owner(project, capsys):
    project.suite("two", FAILS + '@requirement("BB-01")\ndef test_b():\n    1 / 0\n')
    project.run()
    entries = [line for line in capsys.readouterr().out.splitlines() if line.endswith("}")]
    assert [tomli.loads(line) for line in entries] == [{"AA-01": {"reason": "", "owner": "", "expires": ahead(90)}}]


def written(folder: Path, text: str) -> Path:
    path = folder / "waivers.toml"
    path.write_text(text)
    return path


def state(entry_id: str, expires: date, verdict: Verdict) -> tuple[str, bool]:
    """What an entry is to a run in which AA-01 has this verdict, and whether the run fails by it."""
    entries = [Waiver(entry_id, "known", "operations", expires)]
    (entry,) = Waivers(entries, KNOWN, TODAY).describe([RequirementResult("AA-01", Level.MUST, Kind.FILES, verdict)])
    return str(entry["state"]), bool(waiver.problems([entry]))


def test_entries_are_read_on_one_line_or_on_several(tmp_path):
    text = f'AA-01 = {{ reason = "{"a" * 2000}", owner = "{"b" * 200}", expires = 2026-12-01 }}\n'
    more = '[BB-01]\nreason = " c "\nowner = "d"\nexpires = "2026-12-02"\n'
    assert waiver.read(written(tmp_path, text + more)) == (
        Waiver("AA-01", "a" * 2000, "b" * 200, date(2026, 12, 1)),
        Waiver("BB-01", "c", "d", date(2026, 12, 2)),
    )


@pytest.mark.parametrize(("text", "expected"), [
    ('aa-1 = { reason = "a", owner = "b", expires = 2026-12-01 }', "aa-1: is not a requirement id"),
    ('AA-01 = "a"', "AA-01: is not a table"),
    ('AA-01 = { owner = "b", expires = 2026-12-01 }', "AA-01: reason is empty"),
    ('AA-01 = { reason = "a", owner = " ", expires = 2026-12-01 }', "AA-01: owner is empty"),
    ('AA-01 = { reason = "a", owner = "b" }', "AA-01: expires is not a day such as 2026-12-31: it is missing"),
    ('AA-01 = { reason = 5, owner = "b", expires = 2026-12-01 }', "AA-01: reason is not a text"),
    ('AA-01 = { reason = "a", owner = "b", expires = "soon" }',
     "AA-01: expires is not a day such as 2026-12-31: 'soon'"),
    ('AA-01 = { reason = "a", owner = "b", expires = 2026-12-01T08:00:00Z }', "2026-12-31: 2026-12-01T08:00:00+00:00"),
    ('AA-01 = { reason = "a", owner = "b", expires = 08:00:00 }', "not a day such as 2026-12-31: 08:00:00"),
    ('AA-01 = { reason = "a", owner = "b", expires = "20261201" }', "not a day such as 2026-12-31: '20261201'"),
    ('AA-01 = { reason = "a", owner = "b", expires = "2026-W49-2" }', "not a day such as 2026-12-31: '2026-W49-2'"),
    ('AA-01 = { reason = "a", owner = "b", expires = "2026-13-01" }', "not a day such as 2026-12-31: '2026-13-01'"),
    ('"AA-١٢" = { reason = "a", owner = "b", expires = 2026-12-01 }', "is not a requirement id"),
    (f'AA-01 = {{ reason = "{"a" * 2001}", owner = "b", expires = 2026-12-01 }}', "AA-01: reason has 2001 characters"),
    (f'AA-01 = {{ reason = "a", owner = "{"b" * 201}", expires = 2026-12-01 }}', "AA-01: owner has 201 characters"),
    (f'"{"A" * 5000}\\n" = 1', "… (5001 characters): is not a requirement id"),
    ("AA-01 = " + "[" * 500, "nested too deep"),
    ('AA-01 = { reason = "a", owner = "b", expires = 2026-12-01, x = 1 }', "AA-01: unknown field 'x'"),
    ("AA-01 = 1\nAA-01 = 2", "is not TOML"),
    ("\x00", "is not TOML"),
])  # fmt: skip
def test_a_malformed_entry_is_reported(tmp_path, text, expected):
    with pytest.raises(ConformanceError) as problem:
        waiver.read(written(tmp_path, text))
    assert expected in str(problem.value)


@pytest.mark.parametrize(("entry_id", "expires", "verdict", "is_"), [
    ("AA-01", date(2026, 11, 23), Verdict.WAIVED, State.IN_FORCE),
    ("AA-01", date(2027, 2, 21), Verdict.WAIVED, State.IN_FORCE),
    ("AA-01", date(2027, 2, 22), Verdict.FAIL, State.TOO_FAR),
    ("AA-01", date(2026, 11, 22), Verdict.FAIL, State.EXPIRED),
    ("ZZ-99", date(2026, 12, 1), Verdict.FAIL, State.UNKNOWN),
    ("AA-01", date(2026, 12, 1), Verdict.PASS, State.STALE),
    ("AA-01", date(2026, 12, 1), Verdict.ERROR, State.UNUSED),
    ("AA-01", date(2026, 12, 1), Verdict.NOT_ASSESSED, State.UNUSED),
    ("AA-01", date(2026, 12, 1), Verdict.NOT_APPLICABLE, State.STALE),
])  # fmt: skip
def test_date_catalogue_and_verdict_say_what_a_waiver_is(entry_id, expires, verdict, is_):
    assert state(entry_id, expires, verdict) == (is_.value, is_ not in (State.IN_FORCE, State.UNUSED))


def test_a_test_is_excused_only_if_all_its_requirements_are_waived():
    waivers = Waivers([Waiver("AA-01", "known", "operations", date(2026, 12, 1))], KNOWN, TODAY)
    assert waivers.excuse(["AA-01"]) == "waived until 2026-12-01 by operations: known"
    assert waivers.excuse(["AA-01", "BB-01"]) == waivers.excuse([]) == ""
