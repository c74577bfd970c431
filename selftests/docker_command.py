"""A docker command of a few lines of shell, put before all others in PATH."""

import os
import time
from contextlib import suppress
from pathlib import Path

import pytest

_PATIENCE_S = 10


def put_docker(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> Path:
    """Make `script` the docker command; the file in which it notes what it is asked, a line each."""
    calls = folder / "calls"
    command = folder / "bin/docker"
    command.parent.mkdir()
    command.write_text(f'#!/bin/bash\necho "$*" >>{calls}\n{script}\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{command.parent}{os.pathsep}{os.environ['PATH']}")
    return calls


def text_of(path: Path) -> str:
    """Content of a file that is about to be written, complete with its line's end."""
    ends = time.monotonic() + _PATIENCE_S
    while not (path.exists() and path.read_text().endswith("\n")):
        assert time.monotonic() < ends, f"{path} was not written"
        time.sleep(0.01)
    return path.read_text().strip()


def ends(pid: str) -> bool:
    """Whether a process has ended, or does soon; one that no one has reaped yet has."""
    until = time.monotonic() + _PATIENCE_S
    with suppress(OSError):
        while (Path("/proc") / pid / "stat").read_text().rpartition(")")[2].split()[0] not in "ZX":
            if time.monotonic() > until:
                return False
            time.sleep(0.01)
    return True
