"""When the plugin goes on inside the lab, and with what."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from conformance.errors import ConformanceError
from conformance.target import enter
from conformance.target.options import LabOptions
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
