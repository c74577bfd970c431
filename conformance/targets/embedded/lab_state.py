"""Finds a running interactive lab through a file in the cache, which counts only while the lab's supervisor lives."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from conformance import cache
from conformance.targets.embedded.lab_inside import READY

_FILE = "lab.json"


class LabState(NamedTuple):
    """A lab's supervisor (pid, and start time in epoch seconds) and its run folder."""

    pid: int
    started: float
    folder: str

    @property
    def supervisor(self) -> psutil.Process | None:
        """The supervisor's process, None if it is gone; another process with the same pid does not count."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < 1
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    @property
    def places(self) -> dict[str, Any] | None:
        """Where everything is, None until the lab is up."""
        try:
            data: dict[str, Any] = json.loads((Path(self.folder) / READY).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        return data


def path() -> Path:
    """Return the path of the state's file."""
    return cache.folder() / _FILE


def read() -> LabState | None:
    """Return the lab whose supervisor lives, None if there is none."""
    try:
        state = LabState(**json.loads(path().read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):
        return None
    return state if state.supervisor else None


def write(folder: Path) -> None:
    """Note that this process supervises the lab in `folder`."""
    state = LabState(os.getpid(), psutil.Process().create_time(), str(folder))
    path().write_text(json.dumps(state._asdict()), encoding="utf-8")
