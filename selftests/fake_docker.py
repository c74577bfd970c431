"""A Docker engine of a few containers and one network, and a docker command of a few lines of shell; both note."""

import os
import time
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from docker.errors import APIError, NotFound

#: A busy machine takes its time.
_PATIENCE_S = 60


class FakeContainer:
    """A container; `rows` is what ps says of it."""

    def __init__(self, name: str, status: str = "running", rows: list[list[str]] | None = None) -> None:
        self.name = name
        self.status = status
        self.rows = rows or []
        self.labels: dict[str, str] = {}
        self.attrs: dict[str, Any] = {"NetworkSettings": {"Networks": {"net": {}}}}
        self.said = (0, b"")
        self.done: list[str] = []
        self.busy = False

    def top(self, ps_args: str) -> dict[str, Any]:
        if self.status not in ("running", "paused"):
            raise APIError("not running")
        return {"Titles": ps_args, "Processes": self.rows}

    def exec_run(self, command: list[str], user: str = "") -> tuple[int, bytes]:
        self.done.append(f"{user}: {' '.join(command)}")
        return self.said

    def start(self) -> None:
        self._to("start", "running")

    def kill(self, signal: str = "SIGKILL") -> None:
        self._to(signal, "exited")

    def pause(self) -> None:
        self._to("pause", "paused")

    def unpause(self) -> None:
        self._to("unpause", "running")

    def reload(self) -> None:
        """Nothing changes by itself."""

    def logs(self) -> bytes:
        return b"what it printed"

    def remove(self, **_: Any) -> None:
        if self.busy:
            raise APIError("busy", SimpleNamespace(status_code=409))
        self._to("remove", "gone")

    def _to(self, what: str, status: str) -> None:
        self.done.append(what)
        self.status = status


class FakeDocker:
    def __init__(self, *containers: FakeContainer) -> None:
        self.all = {one.name: one for one in containers}
        self.calls: list[tuple[str, Any]] = []
        self.containers = SimpleNamespace(get=self._container, list=self._listed)
        self.networks = SimpleNamespace(get=lambda _: self, list=lambda **_: [])
        self.volumes = SimpleNamespace(list=lambda **_: [])

    def disconnect(self, name: str) -> None:
        self.calls.append(("disconnect", name))

    def connect(self, name: str, **how: Any) -> None:
        self.calls.append((f"connect {name}", how))

    def _container(self, name: str) -> FakeContainer:
        if name not in self.all:
            raise NotFound(f"No such container: {name}")
        return self.all[name]

    def _listed(self, filters: dict[str, str], **_: Any) -> list[FakeContainer]:
        key, _, value = filters["label"].partition("=")
        found = [one for one in self.all.values() if key in one.labels and value in ("", one.labels[key])]
        return [one for one in found if one.status != "gone"]


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
