"""Starts a long-running process whose output goes to a file."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from conformance.errors import ConformanceError


def spawn(
    argv: Sequence[str], env: Mapping[str, str], stdout: Path, cwd: Path | None = None
) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own with exactly this environment; both outputs are appended to `stdout`.

    Raises ConformanceError naming the program or the file when that fails.
    """
    try:
        stdout.parent.mkdir(parents=True, exist_ok=True)
        with stdout.open("ab") as out:
            return subprocess.Popen(
                list(argv), env=dict(env), cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
    except OSError as problem:
        named = problem.filename or argv[0]
        raise ConformanceError(f"{argv[0]} cannot be started: {named}: {problem.strerror}") from None


def environment(**more: str) -> dict[str, str]:
    """What a product process needs of this environment (PATH), in a neutral locale and time zone, and `more`."""
    return {"PATH": os.environ.get("PATH") or os.defpath, "LANG": "C.UTF-8", "TZ": "UTC", **more}
