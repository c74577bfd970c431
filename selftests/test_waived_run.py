"""What waivers do to a run: verdict, exit code, and what is printed."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

import pytest
import tomli

from reports import signoff
from selftests.project import Project

FAILS = '@requirement("AA-01")\ndef test_a():\n    assert False, "node2 has none"\n'
NOT_HERE = '@requirement("CC-01")\ndef test_c():\n    not_applicable("there is none")\n'
PASSES = '@requirement("BB-01")\ndef test_b():\n    assert True\n'


def ahead(days: int) -> date:
    """A date so many days from today, UTC."""
    return datetime.now(timezone.utc).date() + timedelta(days=days)


def run(project: Project, waivers: str, *arguments: str, suite: str = FAILS + PASSES + NOT_HERE) -> pytest.ExitCode:
    """Judge under a waivers file."""
    project.suite("two", suite)
    (project.pytester.path / "waivers.toml").write_text(waivers)
    return project.run("--waivers=waivers.toml", *arguments)


def entry(name: str, days: int = 10) -> str:
    """An entry of the file."""
    return f'{name} = {{ reason = "known", owner = "operations", expires = {ahead(days)} }}\n'


def test_a_failure_that_is_waived_does_not_fail_the_run_but_leaves_it_partial(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    code = run(project, entry("AA-01"))
    assert code is pytest.ExitCode.OK
    assert (project.verdict("AA-01"), project.signoff["result"]) == ("waived", "PARTIAL")
    assert project.message("AA-01").splitlines()[1] == "node2 has none"
    assert f"waived    AA-01 until {ahead(10)} (10 days): operations: known" in capsys.readouterr().out
    assert signoff.violations(project.signoff) == []


def test_an_acceptance_takes_no_waiver_for_conformance(project: Project) -> None:
    assert run(project, entry("AA-01"), "--acceptance") is pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(
    ("name", "days", "told"),
    [
        ("AA-01", -1, "waiver AA-01 expired on"),
        ("AA-01", 91, "waiver AA-01 expires {}, more than 90 days ahead"),
        ("ZZ-99", 10, "waiver ZZ-99 is in no catalogue"),
        ("BB-01", 10, "waiver BB-01 is not needed, the requirement passes or does not apply"),
        ("CC-01", 10, "waiver CC-01 is not needed, the requirement passes or does not apply"),
    ],
)
def test_a_wrong_waiver_fails_the_run_in_one_line(
    project: Project, name: str, days: int, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    waived = "" if name == "AA-01" else entry("AA-01")
    code = run(project, waived + entry(name, days))
    errors = [line for line in capsys.readouterr().out.splitlines() if line.startswith("error: ")]
    assert code is pytest.ExitCode.TESTS_FAILED
    assert [line.startswith(f"error: {told.format(ahead(days))}") for line in errors] == [True]


def test_a_malformed_file_stops_the_run_before_it_begins(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(project, "AA-01 = 1\nBB-01 = 2\n")
    assert code is pytest.ExitCode.USAGE_ERROR
    assert capsys.readouterr().err.count("is not a table") == 2
    assert not project.folder.exists()


@pytest.mark.parametrize(("body", "verdict"), [("1 / 0", "error"), ("not_assessed('no way')", "not-assessed")])
def test_neither_an_error_nor_what_was_not_assessed_is_waived(project: Project, body: str, verdict: str) -> None:
    suite = f'{FAILS}\n@requirement("AA-01", "CC-01")\ndef test_more():\n    {body}\n'
    run(project, entry("AA-01"), suite=suite)
    assert project.verdict("AA-01") == verdict


def test_a_test_of_a_waived_and_of_another_requirement_still_fails(project: Project) -> None:
    code = run(project, entry("AA-01"), suite=FAILS.replace('"AA-01"', '"AA-01", "CC-01"'))
    assert code is pytest.ExitCode.TESTS_FAILED
    assert (project.verdict("AA-01"), project.verdict("CC-01")) == ("waived", "fail")


def test_a_waiver_of_what_was_only_judged_in_part_is_not_stale_but_told(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    each = '@pytest.mark.parametrize("node", ["n1", "n2"])\n'
    suite = each + FAILS.replace("test_a()", "test_a(node)").replace("False", 'node == "n1"')
    code = run(project, entry("AA-01"), "-k", "n1 or test_b", suite=suite + PASSES)
    assert code is pytest.ExitCode.OK
    assert (project.verdict("AA-01"), project.signoff["waivers"][0]["state"]) == ("not-assessed", "unused")
    assert f"unused    AA-01 until {ahead(10)} (10 days): operations: known" in capsys.readouterr().out


def test_each_failure_is_told_with_an_entry_that_needs_only_reason_and_owner(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.suite("two", FAILS + '@requirement("BB-01")\ndef test_b():\n    1 / 0\n')
    project.run()
    entries = [line for line in capsys.readouterr().out.splitlines() if line.endswith("}")]
    assert [tomli.loads(line) for line in entries] == [{"AA-01": {"reason": "", "owner": "", "expires": ahead(90)}}]
