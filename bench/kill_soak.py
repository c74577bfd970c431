"""`python -m bench.kill_soak [rounds] [pytest arguments]`: runs that are killed at random moments leave nothing.

Each round starts a conformance run for each of INT, TERM, HUP and KILL, sends the signal to the process that a user
would send it to, and looks for what is left: processes (found by the environment that every process of a run carries,
or by the run's id on the command line), listening ports, containers, networks and volumes, and the run's folder. After KILL a short new run must have
removed the folder. Exit code 1 if anything was left.
"""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import psutil

from conformance import cache

ROOT = Path(__file__).resolve().parents[1]
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL)
#: Seconds after the start of a run in which the signal comes: from before the lab is entered until both nodes serve.
_WINDOW_S = (0.5, 45.0)
#: Seconds that an ordered end may take, and after which a killed run must be gone.
_GRACE_S = 60.0
_KILLED_S = 15.0


def main(argv: list[str]) -> int:
    """Run the rounds, print a line each; 1 if anything was left."""
    rounds, arguments = (int(argv[0]), argv[1:]) if argv else (1, [])
    clean = True
    print("| signal | after (s) | ended within (s) | left |\n|---|---|---|---|", flush=True)
    for number in range(rounds):
        for sent in SIGNALS:
            after = random.uniform(*_WINDOW_S)
            ended, left = soak(f"soak-{number}-{sent.name.lower()}-{int(time.time())}", sent, after, arguments)
            print(f"| {sent.name} | {after:.1f} | {ended:.1f} | {'; '.join(left) or 'nothing'} |", flush=True)
            clean = clean and not left
    return 0 if clean else 1


def soak(run_id: str, sent: signal.Signals, after: float, arguments: Iterable[str]) -> tuple[float, list[str]]:
    """One killed run: seconds until its processes were gone, and what is left of it."""
    ports = listening()
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", f"--run-id={run_id}", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)  # the moment of the signal is the point of it: no fact to wait for
    if process.poll() is not None:
        return 0.0, [f"the run had ended by itself with {process.returncode}"]
    process.send_signal(sent)
    killed = sent is signal.SIGKILL
    started = time.monotonic()
    while processes(run_id) and time.monotonic() - started < (_KILLED_S if killed else _GRACE_S):
        process.poll()
        time.sleep(0.05)
    ended = time.monotonic() - started
    if killed:
        subprocess.run([*command[:5], f"--run-id={run_id}-next", "-k", "no_such_test"], cwd=ROOT, capture_output=True)
    left = [f"process {each}" for each in processes(run_id)]
    left += [f"port {port}" for port in sorted(listening() - ports)]
    left += docker_things(run_id)
    left += [f"folder {path}" for path in cache.folder("runs").glob(f"{run_id}*")]
    return ended, left


def processes(run_id: str) -> list[str]:
    """Living processes of a run."""
    found = []
    for each in psutil.process_iter():
        try:
            if each.status() == psutil.STATUS_ZOMBIE:
                continue
            words = [*each.cmdline(), *each.environ().values()]
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if each.pid != psutil.Process().pid and any(run_id in word for word in words):
            found.append(f"{each.pid} {each.name()}")
    return found


def docker_things(run_id: str) -> list[str]:
    """Containers, networks and volumes of a run; none where there is no Docker."""
    if shutil.which("docker") is None:
        return []
    found = []
    for kind, listed in (("container", ["ps", "--all"]), ("network", ["network", "ls"]), ("volume", ["volume", "ls"])):
        command = ["docker", *listed, "--quiet", "--filter", f"label=das-conformance.run={run_id}"]
        told = subprocess.run(command, capture_output=True, text=True).stdout
        found += [f"{kind} {name}" for name in told.split()]
    return found


def listening() -> set[int]:
    """TCP ports that somebody listens on in this network namespace."""
    return {each.laddr.port for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
