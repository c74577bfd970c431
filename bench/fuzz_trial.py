"""One input in a process of its own, forked from one that has everything imported: what came of it."""

import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: Seconds of processor time, and bytes of memory, that an input may cost.
CPU_S, MEMORY = 60, 1 << 30
#: Seconds after which a process that waits, and does not even use the processor, is ended. One that could run and
#: does not get the processor is the machine's affair.
_IDLE_S = 120
#: What a user must never see.
_OURS = ("Traceback (most recent call last)", "INTERNALERROR", "RecursionError", "MemoryError")


@dataclass(frozen=True)
class Outcome:
    """Exit code, seconds of processor time, bytes of memory, and what is wrong with it; "" if nothing is."""

    code: int
    seconds: float
    memory: int
    problem: str


def tried(
    run: Callable[[], int], codes: tuple[int, ...], work: Path, folder: Path, secrets: tuple[bytes, ...]
) -> Outcome:
    """Run it. Wrong are other exit codes than `codes`, words of ours, and a secret in the output or below `folder`."""
    output = work / "output"
    pid = os.fork()
    if pid == 0:
        _child(run, output)
    code, used = _waited(pid)
    printed = output.read_bytes() if output.exists() else b""
    seconds = used.ru_utime + used.ru_stime
    memory = used.ru_maxrss * 1024
    return Outcome(
        code, seconds, memory, _problem(code, codes, seconds, memory, printed) or _leak(printed, folder, secrets)
    )


def _child(run: Callable[[], int], output: Path) -> None:
    code = 99
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
        resource.setrlimit(resource.RLIMIT_AS, (4 * MEMORY, 4 * MEMORY))
        file = os.open(output, os.O_WRONLY | os.O_CREAT)
        for number in (1, 2):
            os.dup2(file, number)
        sys.stdout = open(1, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
        code = run()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _waited(pid: int) -> tuple[int, resource.struct_rusage]:
    """Exit code, negative for a signal, and what was used."""
    since, before = time.monotonic(), ""
    while True:
        found, status, used = os.wait4(pid, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status), used
        if (idle := _idle(pid)) == "" or idle != before:
            since, before = time.monotonic(), idle
        if time.monotonic() > since + _IDLE_S:
            os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)


def _idle(pid: int) -> str:
    """The ticks of the processor that a waiting process has used; "" of one that runs or could."""
    state, *fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return "" if state == "R" else " ".join(fields[10:12])


def _problem(code: int, codes: tuple[int, ...], seconds: float, memory: int, data: bytes) -> str:
    if code < 0:
        return f"ended by {signal.Signals(-code).name} after {seconds:.0f} s of processor time"
    if memory > MEMORY:
        return f"took {memory >> 20} MiB"
    ours = next((words for words in _OURS if words.encode() in data), "")
    if ours:
        lines = [line for line in data.decode("utf-8", "replace").splitlines() if "Error" in line]
        return f"{ours}: {lines[-1][:200] if lines else ''}"
    return "" if code in codes else f"exit code {code}: {data[-300:]!r}"


def _leak(printed: bytes, folder: Path, secrets: tuple[bytes, ...]) -> str:
    """A secret where a reader finds it, or an error that is a fault of the suite."""
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    for name, data in [("the output", printed), *((path.name, path.read_bytes()) for path in files)]:
        if any(secret in data for secret in secrets):
            return f"{name} holds a planted secret"
    signoff = folder / "signoff.json"
    requirements = json.loads(signoff.read_bytes())["requirements"] if signoff.is_file() else {}
    broken = [one["message"] for one in requirements.values() if one["verdict"] == "error"]
    ours = [text for text in broken if not text.startswith("no evidence")]
    return f"an error of the suite: {ours[0][:200]!r}" if ours else ""
