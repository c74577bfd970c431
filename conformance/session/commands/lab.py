"""`python -m conformance lab up|status|down`: starts the embedded lab for exploring it."""

import argparse
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psutil

from conformance import cache, deadlines
from conformance.errors import ConformanceError
from conformance.pack.kernels import KERNELS
from conformance.progress.file import NAME
from conformance.session.commands.watch import now
from conformance.targets.embedded import lab_state
from conformance.targets.embedded.enter import enter
from conformance.targets.shared.choice import MYSQL_VERSIONS, TASK_SERVERS, LabOptions
from conformance.waiting import SYSTEM

_POLL_S = 0.2


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Subcommands of `lab`."""
    commands = parser.add_subparsers(dest="lab_command", required=True)
    up_parser = commands.add_parser("up", help="bring MySQL and two nodes up in the background, print where they are")
    _add_options(up_parser)
    commands.add_parser("status", help="print where they are; exit code 1 when no lab is up")
    commands.add_parser("down", help="take them down")
    _add_options(commands.add_parser("supervise", help="what `up` starts in the background; stays in the foreground"))


def _add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--mysql", default="5.7", choices=MYSQL_VERSIONS)
    parser.add_argument("--das-pack", metavar="DIR|ZIP", type=Path, help="the vendor's own pack")
    parser.add_argument("--kernel", default=KERNELS[0], choices=KERNELS, help="of the assembled pack")
    parser.add_argument("--loopback", action="store_true", help="loopback addresses instead of network namespaces")
    parser.add_argument("--task-servers", type=int, choices=TASK_SERVERS, default=0, help="2 is the vendor's value")
    parser.add_argument("--keep", action="store_true", help="keep the run's folder when the lab goes down")


def run(arguments: argparse.Namespace) -> int:
    """Run a subcommand and return its exit code."""
    if arguments.lab_command == "status":
        return status()
    if arguments.lab_command == "down":
        return down()
    options = LabOptions(
        das_pack=arguments.das_pack.absolute() if arguments.das_pack else None,
        mysql=arguments.mysql,
        loopback=arguments.loopback,
        keep=arguments.keep,
        task_servers=arguments.task_servers,
        forward=True,
        kernel=arguments.kernel,
    ).check()
    return up(options) if arguments.lab_command == "up" else supervise(options)


def up(options: LabOptions) -> int:
    """Start the supervisor, show its output, and return when the lab is up (0) or has failed (1)."""
    state = lab_state.read()
    if state is not None:
        raise ConformanceError(f"a lab is already up in {state.folder}", "python -m conformance lab down")
    shutil.rmtree(cache.folder("lab-logs"), ignore_errors=True)
    log = cache.folder() / "lab.log"
    with log.open("wb") as out:
        supervisor = subprocess.Popen(
            supervisor_command(options), stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True
        )
    try:
        return _follow(supervisor, log)
    except KeyboardInterrupt:
        supervisor.send_signal(signal.SIGINT)
        supervisor.wait()
        return 128 + signal.SIGINT


def _follow(supervisor: subprocess.Popen[bytes], log: Path) -> int:
    with log.open(encoding="utf-8", errors="replace") as output:
        while True:
            ended = supervisor.poll()
            sys.stderr.write(output.read())
            sys.stderr.flush()
            if ended is not None:
                print(f"error: the lab did not come up; all it said: {log}", file=sys.stderr)
                return ended or 1
            state = lab_state.read()
            if state is not None and state.places is not None:
                return status()
            SYSTEM.sleep(_POLL_S)


def supervisor_command(options: LabOptions) -> list[str]:
    """The command line of the supervisor."""
    loopback = ["--loopback"] * options.loopback
    return [sys.executable, "-m", "conformance", "lab", "supervise", *options.arguments(), *loopback]


def supervise(options: LabOptions) -> int:
    """Run the lab until a signal ends it; returns the exit code of the inner process."""
    inside = [sys.executable, "-m", "conformance.targets.embedded.lab_inside"]
    try:
        return enter(inside, options, lambda run: lab_state.write(run.folder))
    finally:
        lab_state.path().unlink(missing_ok=True)


def status() -> int:
    """Show what runs and where; 0 if the lab is up."""
    state = lab_state.read()
    if state is None:
        print("no lab is up")
        return 1
    places = state.places
    if places is None:
        print(f"a lab is coming up in {state.folder}")
        for line in now(Path(state.folder) / NAME):
            print(f"  {line}")
        return 1
    print(f"a lab is up (supervisor {state.pid})")
    for name, url in places["urls"].items():
        print(f"  {name:22} {url}")
    print(f"  user {places['user']}, passwords in {places['passwords']}")
    for home in places["homes"]:
        print(f"  log  {home}/repository/logs/wso2carbon.log")
    return 0


def down() -> int:
    """Stop the lab and wait until it is gone; 0 also if none was up."""
    state = lab_state.read()
    supervisor = state.supervisor if state else None
    if state is None or supervisor is None:
        print("no lab is up")
        return 0
    supervisor.terminate()
    try:
        supervisor.wait(3 * deadlines.TEARDOWN.limit)
    except psutil.TimeoutExpired:
        # The kernel ends everything in its namespaces with it; the next run removes its folder.
        supervisor.kill()
        supervisor.wait()
        print(f"the lab did not end cleanly and was killed; its folder is {state.folder}", file=sys.stderr)
        return 1
    print(f"the lab is down; its logs are in {cache.folder('lab-logs')}")
    return 0
