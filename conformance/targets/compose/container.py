"""One container of the project: its state, its processes, commands in it."""

import time
from collections.abc import Sequence
from typing import Any

import docker
from docker.errors import APIError

from conformance import deadlines
from conformance.errors import ConformanceError
from conformance.targets.compose import engine
from conformance.waiting import SYSTEM, Clock, wait_for

#: Columns of ps that `docker top` is asked for; the last two hold blanks, and only the last may.
_COLUMNS = ("pid", "ppid", "stat", "etimes", "rss", "cputimes", "comm", "args")
_ARGUMENTS = "-eo " + ",".join(_COLUMNS)


class Container:
    """A container, by its name."""

    def __init__(self, client: docker.DockerClient, name: str, clock: Clock = SYSTEM) -> None:
        self.name = name
        self._client = client
        self._clock = clock

    @property
    def status(self) -> str:
        """As Docker names it: created, running, paused, exited ... Raises ConformanceError when it is gone."""
        with engine.errors(self.name):
            return str(self._client.containers.get(self.name).status)

    @property
    def runs(self) -> bool:
        """Whether it runs, paused or not."""
        return self.status in ("running", "paused", "restarting")

    def processes(self) -> list[dict[str, Any]]:
        """What runs in it; see NodeAccess.processes. Process ids are those of the engine's machine."""
        with engine.errors(self.name):
            container = self._client.containers.get(self.name)
            if container.status not in ("running", "paused"):
                return []
            try:
                table = container.top(ps_args=_ARGUMENTS)
            except APIError:
                # It ended meanwhile, if it is no other matter.
                container.reload()
                if container.status in ("running", "paused"):
                    raise
                return []
            paused = container.status == "paused"
        return [process_of_row(row, time.time(), paused=paused) for row in table["Processes"]]

    def start(self) -> None:
        """Start it. Raises ConformanceError."""
        with engine.errors(f"{self.name}: start"):
            self._client.containers.get(self.name).start()

    def kill(self) -> None:
        """SIGKILL everything in it, and wait until it has ended; nothing to do when it does not run."""
        with engine.errors(f"{self.name}: SIGKILL"):
            container = self._client.containers.get(self.name)
            if container.status == "paused":
                container.unpause()
            if container.status in ("running", "paused"):
                container.kill()
        self.wait_for_end(deadlines.NODE_GONE)

    def signal(self, name: str) -> None:
        """Send a signal to its first process, which passes it on."""
        with engine.errors(f"{self.name}: {name}"):
            self._client.containers.get(self.name).kill(name)

    def wait_for_end(self, deadline: deadlines.Deadline) -> None:
        """Wait until nothing runs in it. Raises NotSeen."""
        wait_for(f"{self.name}: end of all processes", lambda: not self.runs, deadline, clock=self._clock)

    def pause(self) -> None:
        """Freeze everything in it."""
        with engine.errors(f"{self.name}: pause"):
            self._client.containers.get(self.name).pause()

    def unpause(self) -> None:
        """Thaw it, if it is frozen."""
        with engine.errors(f"{self.name}: unpause"):
            container = self._client.containers.get(self.name)
            if container.status == "paused":
                container.unpause()

    def run(self, command: Sequence[str], user: str = "") -> str:
        """What a command in it prints. Raises ConformanceError when it fails, or the container does not run."""
        with engine.errors(f"{self.name}: {' '.join(command)}"):
            code, said = self._client.containers.get(self.name).exec_run(list(command), user=user)
        text = str(said.decode("utf-8", "replace")).strip()
        if code:
            raise ConformanceError(f"{self.name}: {' '.join(command)}: {text or f'exit code {code}'}")
        return text

    def output(self) -> str:
        """What it printed so far."""
        with engine.errors(f"{self.name}: logs"):
            return bytes(self._client.containers.get(self.name).logs()).decode("utf-8", "replace")


def process_of_row(row: Sequence[str], now: float, *, paused: bool) -> dict[str, Any]:
    """A row of `docker top` as NodeAccess tells it. ConformanceError when ps gave other columns."""
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
