"""When the plugin goes on inside the lab, and with what."""

from unittest.mock import Mock

import pytest

from conformance.errors import ConformanceError
from conformance.targets.embedded import enter
from reports import verify
from selftests.project import Project
from selftests.test_plugin import BOTH_PASS


@pytest.fixture
def inside(project: Project, monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Stands for the run inside the lab of a project of two tests; it ends with exit code 7 at once."""
    project.suite("two", BOTH_PASS)
    run = Mock(return_value=7)
    monkeypatch.setattr(enter, "run", run)
    return run


def test_the_embedded_target_is_entered_with_the_same_arguments_and_its_exit_code_counts(
    project: Project, inside: Mock
) -> None:
    outcome = project.pytester.inline_run("--mysql=8.0", "--loopback", "--run-id=r1")
    argv, options = inside.call_args.args
    assert (outcome.ret, inside.call_count) == (7, 1)
    assert list(argv) == ["--mysql=8.0", "--loopback", "--run-id=r1"]
    assert (options.mysql, options.loopback, options.run_id) == ("8.0", True, "r1")
    assert not project.folder.exists()


@pytest.mark.parametrize("arguments", [["--target=fake"], ["--collect-only"], ["--help"], ["test_elsewhere.py"]])
def test_nothing_else_enters(project: Project, inside: Mock, arguments: list[str]) -> None:
    project.pytester.makepyfile(test_elsewhere="def test_x(): pass")
    project.pytester.inline_run(*arguments)
    assert not inside.called


@pytest.mark.parametrize("number", [2, 9, 15])
def test_a_run_that_a_signal_ended_before_it_began_leaves_a_report_that_says_so(
    project: Project, inside: Mock, number: int
) -> None:
    inside.return_value = 128 + number
    outcome = project.pytester.inline_run("--run-id=r1", no_reraise_ctrlc=True)
    assert outcome.ret is pytest.ExitCode.INTERRUPTED
    assert project.signoff["result"] == "INCOMPLETE"
    assert project.message("AA-01") == "not run: the run broke off before"
    assert verify.main([str(project.folder)]) == 0


def test_a_report_that_a_killed_run_left_itself_stays(project: Project, inside: Mock) -> None:
    def killed(*_: object) -> int:
        project.folder.mkdir(parents=True)
        (project.folder / "signoff.json").write_text("its own")
        return 137

    inside.side_effect = killed
    outcome = project.pytester.inline_run("--run-id=r1", no_reraise_ctrlc=True)
    assert outcome.ret is pytest.ExitCode.INTERRUPTED
    assert (project.folder / "signoff.json").read_text() == "its own"


def test_a_lab_that_cannot_be_prepared_is_one_clear_line(
    project: Project, inside: Mock, capsys: pytest.CaptureFixture[str]
) -> None:
    inside.side_effect = ConformanceError("no network", "connect once")
    outcome = project.pytester.inline_run("-v")
    assert outcome.ret is pytest.ExitCode.USAGE_ERROR
    assert "no network - connect once" in capsys.readouterr().err
