"""One container of the project: its state, its processes, and commands in it."""

import time
from collections.abc import Sequence
from typing import Any

import docker
from docker.errors import APIError

from conformance import deadlines
from conformance.errors import ConformanceError
from conformance.targets.compose import engine
from conformance.waiting import wait_for

#: Columns of ps for `docker top`. The last two may hold blanks; only the last may hold several words.
_COLUMNS = ("pid", "ppid", "stat", "etimes", "rss", "cputimes", "comm", "args")
_ARGUMENTS = "-eo " + ",".join(_COLUMNS)


class Container:
    """A container, by its name."""

    def __init__(self, client: docker.DockerClient, name: str) -> None:
        self.name = name
        self._client = client

    @property
    def status(self) -> str:
        """Status in Docker's terms: created, running, paused, exited ... ConformanceError if the container is gone."""
        with engine.errors(self.name):
            return str(self._client.containers.get(self.name).status)

    @property
    def runs(self) -> bool:
        """Whether the container runs, paused or not."""
        return self.status in ("running", "paused", "restarting")

    def processes(self) -> list[dict[str, Any]]:
        """Processes in the container; see NodeAccess.processes. Process ids are those of the engine's machine."""
        with engine.errors(self.name):
            container = self._client.containers.get(self.name)
            if container.status not in ("running", "paused"):
                return []
            try:
                table = container.top(ps_args=_ARGUMENTS)
            except APIError:
                # The container may have ended meanwhile; any other error is raised again.
                container.reload()
                if container.status in ("running", "paused"):
                    raise
                return []
            paused = container.status == "paused"
        return [process_of_row(row, time.time(), paused=paused) for row in table["Processes"]]

    def start(self) -> None:
        """Start the container. Raises ConformanceError."""
        with engine.errors(f"{self.name}: start"):
            self._client.containers.get(self.name).start()

    def kill(self) -> None:
        """Send SIGKILL to everything in the container and wait until it has ended; do nothing if it does not run."""
        with engine.errors(f"{self.name}: SIGKILL"):
            container = self._client.containers.get(self.name)
            if container.status == "paused":
                container.unpause()
            if container.status in ("running", "paused"):
                container.kill()
        wait_for(f"{self.name}: end of all processes", lambda: not self.runs, deadlines.NODE_GONE)

    def signal(self, name: str) -> None:
        """Send a signal to the container's first process, which passes it on."""
        with engine.errors(f"{self.name}: {name}"):
            self._client.containers.get(self.name).kill(name)

    def pause(self) -> None:
        """Freeze everything in the container."""
        with engine.errors(f"{self.name}: pause"):
            self._client.containers.get(self.name).pause()

    def unpause(self) -> None:
        """Continue the container if it is frozen."""
        with engine.errors(f"{self.name}: unpause"):
            container = self._client.containers.get(self.name)
            if container.status == "paused":
                container.unpause()

    def run(self, command: Sequence[str], user: str = "") -> str:
        """Return what a command in the container prints. ConformanceError if it fails or the container does not run."""
        with engine.errors(f"{self.name}: {' '.join(command)}"):
            code, said = self._client.containers.get(self.name).exec_run(list(command), user=user)
        text = str(said.decode("utf-8", "replace")).strip()
        if code:
            raise ConformanceError(f"{self.name}: {' '.join(command)}: {text or f'exit code {code}'}")
        return text

    def output(self) -> str:
        """What the container has printed so far."""
        with engine.errors(f"{self.name}: logs"):
            return bytes(self._client.containers.get(self.name).logs()).decode("utf-8", "replace")


def process_of_row(row: Sequence[str], now: float, *, paused: bool) -> dict[str, Any]:
    """Turn a row of `docker top` into an entry of NodeAccess.processes. ConformanceError if the columns differ."""
    try:
        columns = dict(zip(_COLUMNS, row, strict=True))
        return {
            "pid": int(columns["pid"]),
            "ppid": int(columns["ppid"]),
            "name": columns["comm"],
            "command": columns["args"].split(),
            "status": "stopped" if paused else columns["stat"],
            "started": round(now - int(columns["etimes"])),
            "rss": int(columns["rss"]) * 1024,
            "cpu": float(columns["cputimes"]),
        }
    except (ValueError, TypeError):
        wanted = " ".join(_COLUMNS)
        raise ConformanceError(f"docker top gave {list(row)!r}", f"the engine's ps must know {wanted}") from None
