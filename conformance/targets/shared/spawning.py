"""Processes of this machine: long-running ones with output to a file, and commands on a lab's hosts."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from conformance import deadlines
from conformance.errors import ConformanceError

#: A small heap, for two nodes on one machine.
_MEMORY = "-Xms128m -Xmx768m"
#: A quick start of nodes and of Spark's executors: one compiler, and no verification of classes, which does not change
#: what a valid class does (saves a fifth of a node's start).
_QUICK = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:-BytecodeVerificationRemote"


def spawn(argv: Sequence[str], env: Mapping[str, str], log: Path, cwd: Path | None = None) -> subprocess.Popen[bytes]:
    """Start `argv` in a session of its own with this environment; `log` gets all output. ConformanceError."""
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        with log.open("ab") as out:
            return subprocess.Popen(
                list(argv), env=dict(env), cwd=cwd, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip
    except OSError as problem:
        named = problem.filename or argv[0]
        raise ConformanceError(f"{argv[0]} cannot be started: {named}: {problem.strerror}") from None


def environment(**more: str) -> dict[str, str]:
    """Return what a product process needs of this environment (PATH), a neutral locale and time zone, and `more`."""
    return {"PATH": os.environ.get("PATH") or os.defpath, "LANG": "C.UTF-8", "TZ": "UTC", **more}


def start_environment(java_home: Path, preferences: Path) -> Mapping[str, str]:
    """Return the start script's environment: Java, its memory, and a folder for Java preferences as the page says."""
    # The home of a user namespace's mapped root is not writable; preferences would be lost with warnings.
    options = f"-Djava.util.prefs.systemRoot={preferences} -Djava.util.prefs.userRoot={preferences}"
    return environment(
        JAVA_HOME=str(java_home), JVM_MEM_OPTS=_MEMORY, JAVA_OPTS=options, JAVA_TOOL_OPTIONS=_QUICK,
        HOME=str(preferences),
    )  # fmt: skip


def host_command(name: str, argv: Sequence[str], cwd: Path) -> str:
    """Return what the command prints; `name` is the host's. ConformanceError if it fails or does not end."""
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
