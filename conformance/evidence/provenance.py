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
        "os": platform.platform(),
        "python": platform.python_version(),
        "pytest": pytest.__version__,
        "cpus": os.cpu_count() or 1,
        "memory_bytes": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"),
    }


def commit(root: Path) -> tuple[str | None, bool | None]:
    """The suite's commit id and whether its files differ from it; (None, None) if unknown."""
    head = _git(root, "rev-parse", "HEAD")
    if head is None:
        return None, None
    changes = _git(root, "status", "--porcelain")
    return head, None if changes is None else bool(changes)


def _git(root: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=_GIT_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
