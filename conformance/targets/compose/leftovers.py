"""What a run made in Docker, found by its labels and removed: containers, networks, volumes."""

import contextlib
import os
from pathlib import Path

import docker
from docker.errors import APIError, NotFound

from conformance.targets.compose import engine

#: Labels of everything that a run makes (compose/compose.yaml).
RUN, OWNER = "das-conformance.run", "das-conformance.owner"
#: In the owner's place where things shall outlive their run (--keep): no one's leftovers.
KEPT = "kept"
_PROC = Path("/proc")
_BOOT = "sys/kernel/random/boot_id"
#: Of the fields of /proc/PID/stat behind the command's name: the state, and the start in ticks since the boot.
_STATE, _START = 0, 19


def owner() -> str:
    """Names this process among all of this machine, now and after its next boot."""
    pid = os.getpid()
    return f"{_here(_PROC)}:{pid}:{_birth(_PROC, pid)}"


def is_dead(named: str, proc: Path = _PROC) -> bool:
    """Whether the process that `owner` named has ended.

    Never of one of another machine or of another container on this one: no one here knows their processes.
    """
    process, _, birth = named.rpartition(":")
    here, _, pid = process.rpartition(":")
    return here == _here(proc) and pid.isdecimal() and _birth(proc, int(pid)) != birth


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


def _here(proc: Path) -> str:
    """The boot and the space of process ids: containers of a machine share the one, and not the other."""
    return f"{(proc / _BOOT).read_text(encoding='ascii').strip()}:{(proc / 'self/ns/pid').readlink()}"


def _birth(proc: Path, pid: int) -> str:
    """In ticks since the boot, which a clock that is set does not move; "" when it runs no more."""
    try:
        stat = (proc / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return ""
    # The command's name is in brackets, and may hold blanks and brackets.
    fields = stat.rpartition(")")[2].split()
    return "" if fields[_STATE] in "ZX" else fields[_START]
