"""First process of a run (pid 1 in its namespaces): starts the command, passes signals on, reaps, and ends the run.

`python -m conformance.targets.embedded.init --lifeline FD --run-id ID -- COMMAND...`

INT, TERM and HUP, as signals or as numbers on the lifeline, reach the command as one INT, on which pytest tears down;
the third kills it. If the lifeline's other end closes, the starter is dead; that counts as such a signal too.
"""

import argparse
import os
import select
import signal
import sys
from collections.abc import Sequence

from conformance import deadlines
from conformance.targets.shared import processes

#: Signals that end a run in an orderly way.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: Number of the signal that kills at once. After Ctrl-C on a terminal tox itself sends a second one.
_AT_ONCE = 3


class Supervisor:
    """Runs one command until it ends."""

    def __init__(self, lifeline: int) -> None:
        self._lifeline: int | None = lifeline
        self._ending = 0
        self._wakeup, wakeup_in = os.pipe()
        for end in (self._wakeup, wakeup_in):
            os.set_blocking(end, False)
        for number in (*ENDING, signal.SIGCHLD):
            signal.signal(number, lambda *_: None)
        signal.set_wakeup_fd(wakeup_in, warn_on_full_buffer=False)

    def run(self, command: Sequence[str]) -> int:
        """Start the command and wait until it ends; return its exit code, or 128 + signal number."""
        pid = os.posix_spawnp(command[0], list(command), os.environ, setsigdef=ENDING)
        while True:
            status = self._reap(pid)
            if status is not None:
                code = os.waitstatus_to_exitcode(status)
                return code if code >= 0 else 128 - code
            for number in self._wait():
                self._pass_on(pid, number)

    def _wait(self) -> list[int]:
        """Sleep until something happens; return the numbers of ending signals that came."""
        files = [self._wakeup] if self._lifeline is None else [self._wakeup, self._lifeline]
        ready, _, _ = select.select(files, [], [])
        numbers = list(os.read(self._wakeup, 64)) if self._wakeup in ready else []
        if self._lifeline is not None and self._lifeline in ready:
            written = os.read(self._lifeline, 64)
            if not written:
                self._lifeline = None
                # The starter is dead: limit the time for an orderly end.
                signal.signal(signal.SIGALRM, lambda *_: None)
                signal.setitimer(signal.ITIMER_REAL, deadlines.TEARDOWN.limit)
            numbers += list(written) or [signal.SIGTERM]
        return numbers

    def _pass_on(self, pid: int, number: int) -> None:
        if number == signal.SIGALRM:
            os.kill(pid, signal.SIGKILL)
        elif number in ENDING:
            self._ending += 1
            if self._ending == 1:
                os.kill(pid, signal.SIGINT)
            elif self._ending >= _AT_ONCE:
                os.kill(pid, signal.SIGKILL)

    def _reap(self, pid: int) -> int | None:
        """Collect every ended child, adopted children included; return the status of `pid` once it has ended."""
        found = None
        while True:
            try:
                ended, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return found
            if ended == 0:
                return found
            if ended == pid:
                found = status


def main(argv: Sequence[str]) -> int:
    """Run as described above; if this is not pid 1 (loopback lab), kill the rest of the run at the end."""
    parser = argparse.ArgumentParser(prog="conformance.targets.embedded.init")
    parser.add_argument("--lifeline", type=int, required=True)
    parser.add_argument("--run-id", required=True)
    parser.add_argument("command", nargs="+")
    arguments = parser.parse_args(argv)
    os.set_inheritable(arguments.lifeline, False)
    alone = os.getpid() == 1
    if alone:
        # Imported late: this takes longer than everything else here.
        from conformance.targets.embedded import lan

        lan.loopback_up()
    code = Supervisor(arguments.lifeline).run(arguments.command)
    if not alone:
        processes.kill_all(f"run {arguments.run_id}", lambda: processes.marked(arguments.run_id))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
