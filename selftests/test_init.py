import os
import signal
import subprocess
import sys
import time

import pytest

from conformance.project import ROOT
from conformance.targets.shared import processes

_INIT = [sys.executable, "-m", "conformance.targets.embedded.init", "--run-id", "selftest", "--lifeline"]


class Init:
    """The init module with a shell script as its command; `write` is the outer end of its lifeline."""

    def __init__(self, script, tmp_path):
        reading, self.write = os.pipe()
        self.ready = tmp_path / "ready"
        command = [*_INIT, str(reading), "--", "sh", "-c", script, str(self.ready)]
        self.process = subprocess.Popen(command, pass_fds=[reading], cwd=ROOT, env={**os.environ})
        os.close(reading)

    def until_ready(self):
        end = time.monotonic() + 20
        while not self.ready.exists():
            assert time.monotonic() < end
            time.sleep(0.01)
        return self

    def send(self, number):
        os.write(self.write, bytes([number]))

    def end(self):
        return self.process.wait(20)


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


_TRAPS = 'trap "exit 7" INT; touch $0; while :; do sleep 0.05; done'
_DEAF = 'trap "" INT TERM; touch $0; while :; do sleep 0.05; done'


@pytest.mark.parametrize(("script", "code"), [("exit 3", 3), ("kill -9 $$", 137)], ids=["by itself", "by a signal"])
def test_the_end_of_the_command_is_passed_on(start, script, code):
    assert start(script).end() == code


@pytest.mark.parametrize("end", [
    *(lambda init, number=number: init.send(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)),
    lambda init: init.process.send_signal(signal.SIGTERM),
    lambda init: os.close(init.write),
], ids=["INT", "TERM", "HUP", "TERM sent to init itself", "end of the starter"])  # fmt: skip
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
    init = start(
        "trap \"trap 'exit 9' INT; sleep 0.4; exit 7\" INT; touch $0; while :; do sleep 0.05; done"
    ).until_ready()
    init.send(signal.SIGINT)
    time.sleep(0.1)
    init.send(signal.SIGINT)
    assert init.end() == 7


def test_marked_processes_that_the_command_left_are_killed(start):
    marked = f"{processes.MARK}=selftest/node1 sh -c 'touch $0; exec setsid sleep 60' $0"
    start(f"{marked} & while [ ! -e $0 ]; do sleep 0.05; done").end()
    assert processes.marked("selftest") == []
