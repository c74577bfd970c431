"""The way into the lab: which one there is, when the plugin takes it, and with what."""

import os
import signal
import sys
from unittest.mock import Mock

import pytest

from conformance.errors import ConformanceError
from conformance.project import ROOT
from conformance.targets.embedded import enter, entered
from conformance.targets.embedded.entered import Entered, Forward
from conformance.targets.shared.choice import LabOptions
from reports import verify
from selftests.project import Project
from selftests.test_plugin import BOTH_PASS

ABLE = (0, "")
REFUSED = (1, "unshare: unshare failed: Operation not permitted\n")


def found(root, *answers, **options):
    """The way into a lab where its trials end so one after the other, why there is none, and what was run."""
    run = Mock(side_effect=answers)
    return *enter.find_way(LabOptions(**options), root, run), [call.args[0] for call in run.call_args_list]


@pytest.mark.parametrize(("root", "answers", "user"), [
    (True, [ABLE], []), (False, [ABLE], ["--user", "--map-root-user"]), (True, [REFUSED, ABLE], ["--user"]),
])  # fmt: skip
def test_only_root_with_rights_needs_no_user_namespace(root, answers, user):
    way, refusal, ran = found(root, *answers)
    assert refusal == ""
    assert way[:4] == ["setpriv", "--pdeathsig", "KILL", "unshare"]
    assert way[4 : 4 + len(user)] == user
    assert ("--user" in way) == bool(user)
    assert {"--net", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc"} <= set(way)
    assert len(ran) == len(answers)
    assert ran[-1] == [*way, sys.executable, "-m", "conformance.targets.embedded.probe"]


def test_where_there_is_no_way_the_reason_is_given_and_loopback_is_taken_without_a_trial():
    text = "no namespaces here (unshare: unshare failed: Operation not permitted)"
    assert found(False, REFUSED)[:2] == ([], text)
    assert found(True, loopback=True) == ([], "--loopback was given", [])


def test_what_the_outer_process_set_up_is_found_inside_and_nowhere_else(tmp_path, monkeypatch):
    options = LabOptions(das_pack=tmp_path / "das.zip", mysql="8.0", run_id="run-1", kernel="4.4")
    run = Entered(tmp_path, options, "", {"pack": 1.5}, (Forward("mysql", 9, 40001, "198.51.100.13", 3306),))
    run.write()
    monkeypatch.setenv(entered.VARIABLE, str(tmp_path))
    assert entered.current() == run
    assert enter.run(["suites"], options) is None
    monkeypatch.delenv(entered.VARIABLE, raising=False)
    assert entered.current() is None


@pytest.mark.parametrize(("options", "named"), [
    (LabOptions(das_pack=ROOT / "nope.zip"), "nope.zip: no such file"),
    (LabOptions(das_pack=ROOT, kernel="4.4"), "--kernel 4.4 with --das-pack - the vendor's pack"),
])  # fmt: skip
def test_a_wrong_option_is_reported_before_anything_is_made(options, named):
    with pytest.raises(ConformanceError, match=named):
        options.check()


def test_a_signal_interrupts_the_preparation_or_is_written_to_the_commands_lifeline_and_the_handlers_are_back():
    with pytest.raises(enter.Interrupted, match="SIGTERM"), enter.Signals():
        os.kill(os.getpid(), signal.SIGTERM)
    before = signal.getsignal(signal.SIGTERM)
    reading, writing = os.pipe()
    with enter.Signals() as signals:
        signals.write_to(writing)
        os.kill(os.getpid(), signal.SIGHUP)
    assert os.read(reading, 8) == bytes([signal.SIGHUP])
    assert signal.getsignal(signal.SIGTERM) is before
    os.close(reading)
    os.close(writing)


@pytest.fixture
def inside(project: Project, monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Stands for the run inside the lab of a project of two tests; it ends with exit code 7 at once."""
    project.suite("two", BOTH_PASS)
    run = Mock(return_value=7)
    monkeypatch.setattr(enter, "run", run)
    return run


def test_the_embedded_target_is_entered_with_the_same_arguments_and_its_exit_code_counts(project, inside):
    outcome = project.pytester.inline_run("--mysql=8.0", "--loopback", "--run-id=r1")
    argv, options = inside.call_args.args
    assert (outcome.ret, inside.call_count) == (7, 1)
    assert list(argv) == ["--mysql=8.0", "--loopback", "--run-id=r1"]
    assert (options.mysql, options.loopback, options.run_id) == ("8.0", True, "r1")
    assert not project.folder.exists()


@pytest.mark.parametrize("arguments", [["--target=fake"], ["--collect-only"], ["--help"], ["test_elsewhere.py"]])
def test_nothing_else_enters(project, inside, arguments):
    project.pytester.makepyfile(test_elsewhere="def test_x(): pass")
    project.pytester.inline_run(*arguments)
    assert not inside.called


@pytest.mark.parametrize("number", [2, 9, 15])
def test_a_run_that_a_signal_ended_before_it_began_leaves_a_report_that_says_so(project, inside, number):
    inside.return_value = 128 + number
    outcome = project.pytester.inline_run("--run-id=r1", no_reraise_ctrlc=True)
    assert outcome.ret is pytest.ExitCode.INTERRUPTED
    assert project.signoff["result"] == "INCOMPLETE"
    assert project.message("AA-01") == "not run: the run broke off before"
    assert verify.main([str(project.folder)]) == 0


def test_a_report_that_a_killed_run_left_itself_stays(project, inside):
    def killed(*_: object) -> int:
        project.folder.mkdir(parents=True)
        (project.folder / "signoff.json").write_text("its own")
        return 137

    inside.side_effect = killed
    outcome = project.pytester.inline_run("--run-id=r1", no_reraise_ctrlc=True)
    assert outcome.ret is pytest.ExitCode.INTERRUPTED
    assert (project.folder / "signoff.json").read_text() == "its own"


def test_a_lab_that_cannot_be_prepared_is_one_clear_line(project, inside, capsys):
    inside.side_effect = ConformanceError("no network", "connect once")
    outcome = project.pytester.inline_run("-v")
    assert outcome.ret is pytest.ExitCode.USAGE_ERROR
    assert "no network - connect once" in capsys.readouterr().err
