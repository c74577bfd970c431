import os
import signal
import sys

import pytest

from conformance.errors import ConformanceError
from conformance.project import ROOT
from conformance.targets.embedded import enter, entered
from conformance.targets.embedded.entered import Entered, Forward
from conformance.targets.shared.lab_options import LabOptions

REFUSED = (1, "unshare: unshare failed: Operation not permitted\n")


def runner(answers):
    """Gives the answers one after the other and notes what was run."""
    ran = []

    def run(command):
        ran.append(command)
        return answers[len(ran) - 1]

    return run, ran


def test_root_needs_no_user_namespace():
    run, ran = runner([(0, "")])

    way, refusal = enter.find_way(LabOptions(), True, run)

    assert (way[:4], refusal) == (["setpriv", "--pdeathsig", "KILL", "unshare"], "")
    assert "--user" not in way
    assert ran == [[*way, sys.executable, "-m", "conformance.targets.embedded.probe"]]


def test_an_ordinary_user_is_mapped_to_root():
    way, _ = enter.find_way(LabOptions(), False, runner([(0, "")])[0])

    assert way[4:6] == ["--user", "--map-root-user"]
    assert {"--net", "--pid", "--mount", "--fork", "--kill-child", "--mount-proc"} <= set(way)


def test_a_root_without_rights_tries_a_user_namespace():
    way, refusal = enter.find_way(LabOptions(), True, runner([REFUSED, (0, "")])[0])

    assert "--user" in way
    assert refusal == ""


def test_where_namespaces_are_forbidden_the_reason_is_told():
    way, refusal = enter.find_way(LabOptions(), False, runner([REFUSED])[0])

    assert way == []
    assert refusal == "no namespaces here (unshare: unshare failed: Operation not permitted)"


def test_loopback_is_taken_when_asked_for_and_nothing_is_tried():
    run, ran = runner([])

    assert enter.find_way(LabOptions(loopback=True), True, run) == ([], "--loopback was given")
    assert ran == []


def test_what_the_outer_process_set_up_is_found_inside(tmp_path, monkeypatch):
    options = LabOptions(das_pack=tmp_path / "das.zip", mysql="8.0", run_id="run-1", kernel="4.4")
    run = Entered(tmp_path, options, "", {"pack": 1.5}, (Forward("mysql", 9, 40001, "198.51.100.13", 3306),))
    run.write()
    monkeypatch.setenv(entered.VARIABLE, str(tmp_path))

    assert entered.current() == run
    assert enter.run(["suites"], options) is None


def test_outside_of_a_lab_there_is_no_current_run(monkeypatch):
    monkeypatch.delenv(entered.VARIABLE, raising=False)

    assert entered.current() is None


@pytest.mark.parametrize(
    ("options", "named"),
    [
        (LabOptions(mysql="5.6"), "--mysql 5.6"),
        (LabOptions(das_pack=ROOT / "nope.zip"), "nope.zip: no such file"),
        (LabOptions(run_id="a/b"), "run id 'a/b'"),
        (LabOptions(kernel="4.4.9"), "--kernel 4.4.9 - one of 4.5.1, 4.4"),
        (LabOptions(das_pack=ROOT, kernel="4.4"), "--kernel 4.4 with --das-pack - the vendor's pack"),
    ],
)
def test_a_wrong_option_is_told_before_anything_is_made(options, named):
    with pytest.raises(ConformanceError, match=named):
        enter.enter(["true"], options)


def test_a_signal_before_the_command_runs_interrupts_the_preparation():
    with pytest.raises(enter.Interrupted, match="SIGTERM"), enter.Signals():
        os.kill(os.getpid(), signal.SIGTERM)


def test_a_signal_while_the_command_runs_is_written_to_its_lifeline():
    reading, writing = os.pipe()

    with enter.Signals() as signals:
        signals.write_to(writing)
        os.kill(os.getpid(), signal.SIGHUP)

    assert os.read(reading, 8) == bytes([signal.SIGHUP])
    os.close(reading)
    os.close(writing)


def test_the_handlers_of_before_are_back_afterwards():
    before = signal.getsignal(signal.SIGTERM)

    with enter.Signals():
        pass

    assert signal.getsignal(signal.SIGTERM) is before
