"""A run may be told to judge some requirements only; the others are left open."""

import pytest

from selftests.project import Project

SUITE = """
@requirement("AA-01")
def test_one():
    pass

@requirement("BB-01")
def test_other():
    assert False
"""


@pytest.mark.parametrize("ids", ["AA-01", "AA-01,AA-01", " AA-01 "])
def test_only_the_requirements_that_were_chosen_are_judged(project: Project, ids: str) -> None:
    project.suite("both", SUITE)
    assert project.run(f"--only={ids}") is pytest.ExitCode.OK
    assert (project.verdict("AA-01"), project.verdict("BB-01")) == ("pass", "not-assessed")
    assert project.message("BB-01") == "not selected in this run"


def test_a_choice_of_nothing_that_there_is_is_one_clear_line(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.suite("both", SUITE)
    assert project.run("--only=XX-01,YY-02") is pytest.ExitCode.USAGE_ERROR
    assert "no requirement is called XX-01 or YY-02" in capsys.readouterr().err
