"""When the plugin goes on inside the lab, and with what."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conformance.errors import ConformanceError
from conformance.targets.embedded import enter
from conformance.targets.shared.lab_options import LabOptions
from reports import verify
from selftests.project import Project
from selftests.test_plugin import BOTH_PASS


@pytest.fixture
def entered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], LabOptions]]:
    """What the lab was entered with; entering ends with exit code 7 at once."""
    calls: list[tuple[list[str], LabOptions]] = []

    def run(argv: Sequence[str], options: LabOptions) -> int:
        calls.append((list(argv), options))
        return 7

    monkeypatch.setattr(enter, "run", run)
    return calls


def test_the_embedded_target_is_entered_with_the_same_arguments_and_its_exit_code_counts(
    project: Project, entered: list[tuple[list[str], LabOptions]]
) -> None:
    project.suite("two", BOTH_PASS)
    outcome = project.pytester.inline_run("--mysql=8.0", "--loopback", "--run-id=r1")
    ((argv, options),) = entered
    assert outcome.ret == 7
    assert argv == ["--mysql=8.0", "--loopback", "--run-id=r1"]
    assert (options.mysql, options.loopback, options.run_id) == ("8.0", True, "r1")
    assert not project.folder.exists()


@pytest.mark.parametrize("arguments", [["--target=fake"], ["--collect-only"], ["--help"], ["test_elsewhere.py"]])
def test_nothing_else_enters(
    project: Project, entered: list[tuple[list[str], LabOptions]], arguments: list[str]
) -> None:
    project.suite("two", BOTH_PASS)
    project.pytester.makepyfile(test_elsewhere="def test_x(): pass")
    project.pytester.inline_run(*arguments)
    assert entered == []


@pytest.mark.parametrize("number", [2, 9, 15])
def test_a_run_that_a_signal_ended_before_it_began_leaves_a_report_that_says_so(
    project: Project, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(enter, "run", lambda argv, options: 128 + number)
    project.suite("two", BOTH_PASS)
    outcome = project.pytester.inline_run("--run-id=r1", no_reraise_ctrlc=True)
    assert outcome.ret is pytest.ExitCode.INTERRUPTED
    assert project.signoff["result"] == "INCOMPLETE"
    assert project.message("AA-01") == "not run: the run broke off before"
    assert verify.main([str(project.folder)]) == 0


def test_a_report_that_a_killed_run_left_itself_stays(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(argv: Sequence[str], options: LabOptions) -> int:
        project.folder.mkdir(parents=True)
        (project.folder / "signoff.json").write_text("its own")
        return 137

    monkeypatch.setattr(enter, "run", killed)
    project.suite("two", BOTH_PASS)
    outcome = project.pytester.inline_run("--run-id=r1", no_reraise_ctrlc=True)
    assert outcome.ret is pytest.ExitCode.INTERRUPTED
    assert (project.folder / "signoff.json").read_text() == "its own"


def test_a_lab_that_cannot_be_prepared_is_one_clear_line(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(argv: Sequence[str], options: LabOptions) -> int:
        raise ConformanceError("no network", "connect once")

    monkeypatch.setattr(enter, "run", refuse)
    project.suite("two", BOTH_PASS)
    outcome = project.pytester.inline_run("-v")
    assert outcome.ret is pytest.ExitCode.USAGE_ERROR
    assert "no network - connect once" in capsys.readouterr().err
