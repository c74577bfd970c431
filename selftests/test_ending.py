"""How a run ends: signals, one after the other, and the steps that undo what it made; what init does of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from unittest.mock import Mock

import pytest

from conformance.deadlines import TEARDOWN
from conformance.errors import ConformanceError
from conformance.project import ROOT
from conformance.session import ending
from conformance.session.ending import ENDING, OrderlyEnd
from conformance.targets.shared import processes
from conformance.targets.shared.teardown import Teardown
from conformance.waiting import wait_for
from reports import verify

#: A test and its fixture's end are both interrupted.
TWICE = """
@pytest.fixture
def thing(deployment):
    yield
    os.kill(os.getpid(), signal.{second})
    print("taken down in order")

@requirement("AA-01")
def test_a(thing):
    os.kill(os.getpid(), signal.{first})
"""
_INIT = [sys.executable, "-m", "conformance.targets.embedded.init", "--run-id", "selftest", "--lifeline"]
_TRAPS = 'trap "exit 7" INT; touch $0; while :; do sleep 0.01; done'
_DEAF = 'trap "" INT TERM; touch $0; while :; do sleep 0.01; done'


@pytest.fixture
def end() -> Iterator[OrderlyEnd]:
    before = {number: signal.getsignal(number) for number in ENDING}
    with ExitStack() as stack:
        watching = OrderlyEnd()
        watching.watch(stack)
        yield watching
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_the_first_interrupts_and_the_second_is_only_reported(end, number, capfd):
    with pytest.raises(KeyboardInterrupt, match=number.name):
        os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)
    assert capfd.readouterr().err.strip().splitlines()[-1].startswith("the run is ending: it takes down")


def test_the_third_ends_at_once(end, monkeypatch):
    codes: list[int] = []
    monkeypatch.setattr(ending.os, "_exit", codes.append)
    end.begun()
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGTERM)
    assert codes == [2]


def test_a_run_that_ends_by_itself_is_not_broken_off(end, capfd):
    end.begun()
    os.kill(os.getpid(), signal.SIGINT)
    assert "the run is ending" in capfd.readouterr().err


def test_the_handlers_of_before_are_back_afterwards():
    before = [signal.getsignal(number) for number in ENDING]
    with ExitStack() as stack:
        OrderlyEnd().watch(stack)
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(number) for number in ENDING] == before


def test_what_is_left_of_an_interrupted_process_is_deaf(end):
    with ExitStack() as stack:
        inner = OrderlyEnd()
        inner.watch(stack)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
    assert [signal.getsignal(number) for number in ENDING] == [signal.SIG_IGN] * len(ENDING)


@pytest.mark.parametrize(("first", "second"), [("SIGINT", "SIGTERM"), ("SIGHUP", "SIGINT")])
def test_a_run_that_is_interrupted_twice_ends_in_order(project, first, second):
    project.suite("one", TWICE.format(first=first, second=second))
    code, printed = project.run_apart("-s")
    assert (code, verify.main([str(project.folder)])) == (2, 0)
    assert "taken down in order" in printed
    assert "Traceback" not in printed


def test_steps_run_in_reverse_order_and_once():
    done = []
    teardown = Teardown()
    for name in ("network", "database", "node"):
        teardown.push(name, lambda name=name: done.append(name))
    for _ in range(2):
        teardown.run()
        assert done == ["node", "database", "network"]


@pytest.mark.parametrize(("last", "raised", "expected"), [
    (Mock(side_effect=OSError("no such process")), ConformanceError, "node: no such process; network: busy"),
    (Mock(side_effect=KeyboardInterrupt), KeyboardInterrupt, "^$"),
], ids=["each failure is reported", "an interrupt comes after the other steps"])  # fmt: skip
def test_a_step_that_fails_keeps_no_other_from_running(last, raised, expected):
    done = []
    teardown = Teardown()
    teardown.push("network", Mock(side_effect=OSError("busy")))
    teardown.push("database", lambda: done.append("database"))
    teardown.push("node", last)
    with pytest.raises(raised, match=expected):
        teardown.run()
    assert done == ["database"]


class Init:
    """The init module with a shell script as its command; `write` is the outer end of its lifeline."""

    def __init__(self, script, tmp_path):
        reading, self.write = os.pipe()
        self.ready = tmp_path / "ready"
        command = [*_INIT, str(reading), "--", "sh", "-c", script, str(self.ready)]
        self.process = subprocess.Popen(command, pass_fds=[reading], cwd=ROOT, stdout=subprocess.PIPE)
        os.close(reading)

    def until_ready(self):
        wait_for("the command", self.ready.exists, TEARDOWN, poll=0.01)
        return self

    def send(self, number):
        os.write(self.write, bytes([number]))

    def end(self):
        # The end of its output is seen at once, that of a process with a limit every 50 ms.
        self.process.communicate(timeout=20)
        return self.process.returncode


@pytest.fixture
def start(tmp_path):
    started = []

    def start(script):
        started.append(Init(script, tmp_path))
        return started[-1]

    yield start
    for init in started:
        init.process.kill()
        init.process.wait()


@pytest.mark.parametrize(("script", "code"), [("exit 3", 3), ("kill -9 $$", 137)], ids=["by itself", "by a signal"])
def test_the_end_of_the_command_is_passed_on(start, script, code):
    assert start(script).end() == code


@pytest.mark.parametrize("end", [
    *(lambda init, number=number: init.send(number) for number in (signal.SIGTERM, signal.SIGHUP)),
    lambda init: init.process.send_signal(signal.SIGTERM),
    lambda init: os.close(init.write),
], ids=["TERM", "HUP", "TERM sent to init itself", "end of the starter"])  # fmt: skip
def test_every_ending_signal_and_the_end_of_the_starter_reach_the_command_as_an_interrupt(start, end):
    init = start(_TRAPS).until_ready()
    end(init)
    assert init.end() == 7


def test_the_third_signal_ends_a_deaf_command_at_once(start):
    init = start(_DEAF).until_ready()
    for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM):
        init.send(number)
    assert init.end() == 137


def test_a_second_signal_does_not_interrupt_a_tear_down(start):
    slow = "trap 'exit 9' INT; touch $0; while [ -e $0 ]; do sleep 0.01; done; exit 7"
    init = start(f'trap "{slow}" INT; touch $0; while :; do sleep 0.01; done').until_ready()
    init.ready.unlink()
    init.send(signal.SIGINT)
    init.until_ready().send(signal.SIGINT)
    time.sleep(0.05)
    init.ready.unlink()
    assert init.end() == 7


def test_marked_processes_that_the_command_left_are_killed(start):
    marked = f"{processes.MARK}=selftest/node1 sh -c 'touch $0; exec setsid sleep 60' $0"
    start(f"{marked} & while [ ! -e $0 ]; do sleep 0.01; done").end()
    assert processes.marked("selftest") == []
