"""Quickly tests what a lab needs: `python -m conformance.targets.embedded.probe` in new namespaces."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.targets.embedded import lan
from conformance.targets.embedded.namespaces import NamespaceHosts
from conformance.targets.shared.hosts import NODE1
from conformance.targets.shared.spawning import environment

#: Runs a command; returns exit code and standard error.
Runner = Callable[[Sequence[str]], tuple[int, str]]
_TIMEOUT_S = 30


def refusal(command: Sequence[str], run: Runner) -> str:
    """Return why `command` (which should end in this module) gets no namespaces; "" if it gets them."""
    code, done = run(command)
    if code == 0:
        return ""
    lines = [line.strip() for line in done.splitlines() if line.strip()]
    return lines[-1] if lines else f"exit code {code}"


def run(command: Sequence[str]) -> tuple[int, str]:
    """Run the command as a real process."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except FileNotFoundError as problem:
        return 127, f"{problem.filename}: not installed (package util-linux)"
    except subprocess.TimeoutExpired:
        return 124, f"no answer within {_TIMEOUT_S} s"
    return done.returncode, done.stderr


def main() -> int:
    """Make the hosts, run a process with a bound folder on one of them, and remove everything again."""
    lan.loopback_up()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        real, seen = folder / "real", folder / "seen"
        real.mkdir()
        seen.mkdir()
        hosts = NamespaceHosts(folder / "hosts", f"probe-{os.getpid()}")
        hosts.open()
        process = hosts.spawn(NODE1, ["touch", "here"], environment(), folder / "out", seen, [(real, seen)])
        code = process.wait(_TIMEOUT_S)
        hosts.close()
        if code != 0 or not (real / "here").exists():
            output = (folder / "out").read_text(encoding="utf-8", errors="replace").strip()
            raise ConformanceError(f"a process on a lab host failed: {output or code}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Exception as problem:
        print(f"{problem}", file=sys.stderr)
        sys.exit(1)
