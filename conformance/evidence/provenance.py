"""What made a run: the suite's commit, the machine, the versions."""

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

import pytest

#: Seconds that git may take to report the commit.
_GIT_SECONDS = 10


def machine() -> dict[str, Any]:
    """Operating system, processors, memory (bytes) and Python of the machine that judges."""
    return {
        "os": _system(),
        "python": platform.python_version(),
        "pytest": pytest.__version__,
        "cpus": os.cpu_count() or 1,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }


def _system() -> str:
    """As `platform.platform()`, which starts a process and searches Python's own file."""
    if "CS_GNU_LIBC_VERSION" not in getattr(os, "confstr_names", ()):
        return platform.platform()
    system, libc = os.uname(), (os.confstr("CS_GNU_LIBC_VERSION") or "").replace(" ", "")
    return f"{system.sysname}-{system.release}-{system.machine}-with-{libc}"


def commit(root: Path) -> tuple[str | None, bool | None]:
    """The suite's commit id and whether its files differ from it; (None, None) if unknown."""
    status = _git(root, "status", "--porcelain=v2", "--branch") or ""
    head = next((line.split()[-1] for line in status.splitlines() if line.startswith("# branch.oid ")), "(initial)")
    if head == "(initial)":
        return None, None
    return head, any(not line.startswith("#") for line in status.splitlines())


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=_GIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
