"""What a run made in Docker, found by its labels and removed: containers, networks, volumes."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import docker
import psutil
from docker.errors import APIError, NotFound

from conformance.target.compose import engine

#: Labels of everything that a run makes (compose/compose.yaml).
RUN, OWNER = "das-conformance.run", "das-conformance.owner"
_BOOT = Path("/proc/sys/kernel/random/boot_id")


def owner() -> str:
    """Names this process among all of this machine, now and after its next boot."""
    pid = os.getpid()
    return f"{_boot()}:{pid}:{_birth(pid)}"


def is_dead(named: str) -> bool:
    """Whether the process that `owner` named has ended; never of one of another machine, which nobody here knows."""
    boot, _, rest = named.partition(":")
    pid, _, birth = rest.partition(":")
    return boot == _boot() and pid.isdecimal() and _birth(int(pid)) != birth


def sweep(client: docker.DockerClient) -> list[str]:
    """Remove what dead runs of this machine left; their ids. Raises ConformanceError."""
    with engine.errors("leftovers of dead runs"):
        found = [
            *(one.labels for one in client.containers.list(all=True, filters={"label": RUN})),
            *((one.attrs["Labels"] or {}) for one in client.volumes.list(filters={"label": RUN})),
            *((one.attrs["Labels"] or {}) for one in client.networks.list(filters={"label": RUN})),
        ]
        dead = sorted({labels[RUN] for labels in found if is_dead(labels.get(OWNER, ""))})
        for run_id in dead:
            remove(client, run_id)
    return dead


def remove(client: docker.DockerClient, run_id: str) -> int:
    """Remove everything of a run that is there now; how many things that were. docker.errors.DockerException."""
    wanted = {"label": f"{RUN}={run_id}"}
    containers = client.containers.list(all=True, filters=wanted, ignore_removed=True)
    for container in containers:
        with contextlib.suppress(NotFound):
            _unless_busy(lambda container=container: container.remove(force=True, v=True))
    others = [*client.networks.list(filters=wanted), *client.volumes.list(filters=wanted)]
    for other in others:
        with contextlib.suppress(NotFound):
            _unless_busy(other.remove)
    return len(containers) + len(others)


def _unless_busy(removal: object) -> None:
    """What is in use, or being removed by somebody else, is found again by the next round."""
    assert callable(removal)
    try:
        removal()
    except APIError as problem:
        if problem.status_code not in (403, 409):
            raise


def _boot() -> str:
    return _BOOT.read_text(encoding="ascii").strip()


def _birth(pid: int) -> str:
    try:
        return f"{psutil.Process(pid).create_time():.2f}"
    except psutil.NoSuchProcess:
        return ""
