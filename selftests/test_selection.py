"""A run may judge some levels, phases or requirements only; its result says so, and the others are left open."""

import pytest

from conformance.errors import ConformanceError
from conformance.judgement.catalogue import Kind
from conformance.session import options
from selftests.project import Project, entry
from selftests.sealed_run import SealedRun

KINDS = {"AA-01": ("must", "files"), "BB-01": ("should", "files"), "CC-01": ("must", "fault")}
KINDS["DD-01"] = ("field", "log")
TESTS = {"a": ["AA-01"], "b": ["BB-01"], "c": ["CC-01"], "d": ["DD-01"], "ac": ["AA-01", "CC-01"]}
SUITE = """
@requirement(*{})
def test_{}(deployment, witness):
    assert witness.ask("node1", "state", lambda: "there")
"""
ONE_FAILS = """
@requirement("AA-01")
def test_one():
    pass

@requirement("BB-01")
def test_other():
    assert False
"""


@pytest.fixture
def chosen(project: Project) -> Project:
    """A must and a should of files, a must of faults, a finding beyond the page."""
    (project.suites / "catalogue.toml").write_text("".join(entry(name, *of) for name, of in KINDS.items()))
    project.suite("all", "".join(SUITE.format(ids, name) for name, ids in TESTS.items()))
    return project


@pytest.mark.parametrize(("arguments", "letters", "result"), [
    ([], "ABCD", "CONFORMS"),
    (["--level=must"], "AC", "PARTIAL"),
    (["--level=should"], "ABC", "CONFORMS"),
    (["--phase=files,db,log,live,fault"], "ABCD", "CONFORMS"),
    (["--phase=fault"], "C", "PARTIAL"),
    (["--phase=log fault", "--level=must"], "C", "PARTIAL"),
    (["--phase=files", "--level=should"], "B", "PARTIAL"),
    (["--level=must", "--only=BB-01,CC-01"], "C", "PARTIAL"),
    (["--level=must", "-k", "not test_c"], "A", "PARTIAL"),
    (["-k", "not test_b"], "ACD", "PARTIAL"),
    (["-k", "not test_d"], "ABC", "CONFORMS"),
])  # fmt: skip
def test_what_is_left_out_of_the_page_makes_a_run_partial_also_for_the_verifier(chosen, arguments, letters, result):
    chosen.run(*arguments)
    assert "".join(one[0] for one in KINDS if chosen.verdict(one) == "pass") == letters
    assert chosen.signoff["result"] == result
    assert SealedRun(chosen.folder).verify() == 0


def test_the_line_of_the_result_says_how_much_was_not_selected(chosen, capsys):
    chosen.run("--level=must")
    assert "PARTIAL, 1 requirement not selected" in capsys.readouterr().out


@pytest.mark.parametrize(("argument", "expected"), [
    ("--phase=", "names no phase"), ("--phase=files,net", "no phase is called net"), ("--phase=\x1b[2J", "called"),
])  # fmt: skip
def test_a_phase_that_there_is_not_is_one_clear_line(chosen, argument, expected, capsys):
    assert chosen.run(argument) is pytest.ExitCode.USAGE_ERROR
    error = capsys.readouterr().err
    assert expected in error
    assert "files, db, log, live, fault" in error
    assert "\x1b" not in error


def test_a_level_that_there_is_not_is_a_wrong_option(chosen):
    assert chosen.run("--level=may") is pytest.ExitCode.USAGE_ERROR


def test_phases_are_read_with_commas_or_spaces():
    assert options.phases("files, log") == {Kind.FILES, Kind.LOG}
    assert options.phases(None) is None
    with pytest.raises(ConformanceError, match="they are files, db, log, live, fault"):
        options.phases("Files")


@pytest.mark.parametrize("ids", ["AA-01", "AA-01,AA-01", " AA-01 "])
def test_only_the_requirements_that_were_chosen_are_judged(project, ids):
    project.suite("both", ONE_FAILS)
    assert project.run(f"--only={ids}") is pytest.ExitCode.OK
    assert (project.verdict("AA-01"), project.verdict("BB-01")) == ("pass", "not-assessed")
    assert project.message("BB-01") == "not selected in this run"


def test_a_choice_of_nothing_that_there_is_is_one_clear_line(project, capsys):
    project.suite("both", ONE_FAILS)
    assert project.run("--only=XX-01,YY-02") is pytest.ExitCode.USAGE_ERROR
    assert "no requirement is called XX-01 or YY-02" in capsys.readouterr().err
