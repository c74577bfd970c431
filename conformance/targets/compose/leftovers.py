"""Finds what a run made in Docker by its labels, and removes it: containers, networks, volumes."""

import contextlib
import os
from pathlib import Path

import docker
from docker.errors import APIError, NotFound

from conformance.targets.compose import engine

#: Labels of everything that a run makes (compose/compose.yaml).
RUN, OWNER = "das-conformance.run", "das-conformance.owner"
#: Replaces the owner of things that shall outlive their run (--keep), so that no sweep removes them.
KEPT = "kept"
_PROC = Path("/proc")
_BOOT = "sys/kernel/random/boot_id"
#: Index of the state, and of the start time in ticks since boot, in /proc/PID/stat after the command's name.
_STATE, _START = 0, 19


def owner() -> str:
    """Return an identifier of this process that is unique on this machine, also across boots."""
    pid = os.getpid()
    return f"{_here(_PROC)}:{pid}:{_birth(_PROC, pid)}"


def is_dead(named: str, proc: Path = _PROC) -> bool:
    """Whether the process that `owner` identified has ended; False for other machines and containers."""
    process, _, birth = named.rpartition(":")
    here, _, pid = process.rpartition(":")
    return here == _here(proc) and pid.isdecimal() and _birth(proc, int(pid)) != birth


def sweep(client: docker.DockerClient) -> list[str]:
    """Remove what dead runs of this machine left; return their ids. Raises ConformanceError."""
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
    """Remove everything of a run that exists now; return the number of things. Raises docker.errors.DockerException."""
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
    """Ignore things that are in use or being removed by another process; the next round finds them again."""
    assert callable(removal)
    try:
        removal()
    except APIError as problem:
        if problem.status_code not in (403, 409):
            raise


def _here(proc: Path) -> str:
    """Return boot id and pid namespace: containers of one machine have the same boot id but different namespaces."""
    return f"{(proc / _BOOT).read_text(encoding='ascii').strip()}:{(proc / 'self/ns/pid').readlink()}"


def _birth(proc: Path, pid: int) -> str:
    """Return the start time in ticks since boot, which clock changes do not affect; "" if the process has ended."""
    try:
        stat = (proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # The command's name is in brackets and may itself hold blanks and brackets.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[_STATE] in "ZX" else fields[_START]
