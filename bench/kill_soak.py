"""`python -m bench.kill_soak [rounds] [arguments for pytest]`: runs that are killed at random moments leave nothing.

Each round starts a conformance run for each way to end one, sends the signals to the process that a user would send
them to, and looks for what is left: processes (found by the environment that every process of a run carries, or by the
run's id on the command line), listening ports, containers, networks and volumes, and the run's folder. After KILL a
short new run must have removed the folder. Exit code 1 if anything was left; several rounds go into bench/RESULTS.md.
"""

import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

import psutil

from bench.results import machine, row, write_section
from conformance import cache
from conformance.project import ROOT

WAYS = {
    "INT": (signal.SIGINT,),
    "INT twice": (signal.SIGINT, signal.SIGINT),
    "TERM": (signal.SIGTERM,),
    "HUP": (signal.SIGHUP,),
    "KILL": (signal.SIGKILL,),
}
#: Seconds after the start of a run in which the signal comes: from before the lab is entered until both nodes serve.
_WINDOW_S = (0.5, 45.0)
#: Seconds between two signals: someone who is impatient.
_AGAIN_S = 1.0
#: Seconds that an ordered end may take, and after which a killed run must be gone.
_GRACE_S = 60.0
_KILLED_S = 15.0


@dataclass(frozen=True)
class Ended:
    """A killed run: its way, the moment of the signal, seconds until all was gone, and what is left."""

    way: str
    after: float
    seconds: float
    left: tuple[str, ...]


def main(argv: list[str]) -> int:
    """Run the rounds, print a line each; 1 if anything was left."""
    rounds, arguments = (int(argv[0]), argv[1:]) if argv else (1, [])
    ended = []
    print("| signal | after (s) | ended within (s) | left |\n|---|---|---|---|", flush=True)
    for number in range(rounds):
        for way in WAYS:
            run_id = f"soak-{number}-{way.lower().replace(' ', '-')}-{int(time.time())}"
            one = soak(run_id, way, random.uniform(*_WINDOW_S), arguments)
            left = "; ".join(one.left) or "nothing"
            print(f"| {way} | {one.after:.1f} | {one.seconds:.1f} | {left} |", flush=True)
            ended.append(one)
    if rounds > 1:
        target = "compose" if uses_docker(arguments) else "embedded"
        write_section(f"Killed runs, {target} target", table(ended, rounds, arguments))
    return 1 if any(one.left for one in ended) else 0


def table(ended: Sequence[Ended], rounds: int, arguments: Sequence[str]) -> str:
    """What came of all rounds, a line a way."""
    command = " ".join(["python -m bench.kill_soak", str(rounds), *arguments])
    lines = [
        f"Runs killed at random moments of their first {_WINDOW_S[1]:.0f} s, {rounds} for each way ({machine()}).",
        f"`{command}`. Looked for: processes, ports, containers, networks, volumes, the run's folder.",
        "",
        "| signal | all gone after: min (s) | median (s) | max (s) | left |",
        "|---|---|---|---|---|",
    ]
    for way in WAYS:
        mine = [one for one in ended if one.way == way]
        left = [thing for one in mine for thing in one.left]
        lines.append(row(way, [one.seconds for one in mine], "; ".join(left) or "nothing"))
    return "\n".join(lines)


def soak(run_id: str, way: str, after: float, arguments: Sequence[str]) -> Ended:
    """One killed run."""
    ports = listening()
    command = [sys.executable, "-m", "pytest", "-c", "pyproject.toml", f"--run-id={run_id}", *arguments]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)  # the moment of the signal is the point of it: no fact to wait for
    if process.poll() is not None:
        return Ended(way, after, 0.0, (f"the run had ended by itself with {process.returncode}",))
    started = time.monotonic()
    for number, sent in enumerate(WAYS[way]):
        time.sleep(_AGAIN_S if number else 0)
        process.send_signal(sent)
    killed = way == "KILL"
    with_docker = uses_docker(arguments)
    while things(run_id, with_docker) and time.monotonic() - started < (_KILLED_S if killed else _GRACE_S):
        process.poll()
        time.sleep(0.05)
    seconds = time.monotonic() - started
    if killed:
        again = [*command[:5], f"--run-id={run_id}-next", *arguments, "-k", "no_such_test"]
        subprocess.run(again, cwd=ROOT, capture_output=True)
    # Another program of this machine may listen for a moment; what a run leaves stays.
    ended = time.monotonic()
    while (left := remains(run_id, with_docker, ports)) and time.monotonic() - ended < _GRACE_S:
        time.sleep(0.5)
    return Ended(way, after, seconds, tuple(left))


def remains(run_id: str, with_docker: bool, ports: set[int]) -> list[str]:
    """What is there of a run, with the ports beyond `ports` that are listened on, and folders in the cache."""
    return [
        *things(run_id, with_docker),
        *(f"port {port}" for port in sorted(listening() - ports)),
        *(f"folder {path}" for path in cache.folder("runs").glob(f"{run_id}*")),
    ]


def uses_docker(arguments: Sequence[str]) -> bool:
    """Whether the runs make containers."""
    return any("compose" in one for one in arguments)


def things(run_id: str, with_docker: bool) -> list[str]:
    """Living processes of a run, and what it made in Docker."""
    return processes(run_id) + (docker_things(run_id) if with_docker else [])


def processes(run_id: str) -> list[str]:
    """Living processes of a run."""
    found = []
    for each in psutil.process_iter():
        try:
            if each.status() == psutil.STATUS_ZOMBIE:
                continue
            words = [*each.cmdline(), *each.environ().values()]
            text = f"process {each.pid} {each.name()}"
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        if each.pid != psutil.Process().pid and any(run_id in word for word in words):
            found.append(text)
    return found


def docker_things(run_id: str) -> list[str]:
    """Containers, networks and volumes of a run. CalledProcessError when Docker does not answer."""
    docker = shutil.which("docker") or "docker"
    found = []
    for kind, listed in (("container", ["ps", "--all"]), ("network", ["network", "ls"]), ("volume", ["volume", "ls"])):
        command = [docker, *listed, "--quiet", "--filter", f"label=das-conformance.run={run_id}"]
        done = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        found += [f"{kind} {name}" for name in done.split()]
    return found


def listening() -> set[int]:
    """TCP ports that are listened on in this network namespace."""
    return {each.laddr.port for each in psutil.net_connections("tcp") if each.status == psutil.CONN_LISTEN}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
