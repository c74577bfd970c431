"""A shell command on a host of this machine, as faults run it on the host of a node."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from conformance import deadlines
from conformance.errors import ConformanceError


def host_command(name: str, argv: Sequence[str], cwd: Path) -> str:
    """What it prints; `name` is the host's, for messages. ConformanceError when it fails or does not end."""
    limit = deadlines.REMOTE_COMMAND.limit
    try:
        done = subprocess.run(
            argv, cwd=cwd, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace",
            timeout=limit, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise ConformanceError(f"{name}: no end of {argv[-1][:60]!r} within {limit:g} s") from None
    except OSError as problem:
        raise ConformanceError(f"{name}: {argv[0]}: {problem.strerror}", "install it") from None
    if done.returncode:
        said = done.stderr.strip()[-300:] or f"exit code {done.returncode}"
        raise ConformanceError(f"{name}: {argv[-1][:60]!r}: {said}")
    return done.stdout
