"""What the user chose about the deployment to judge: everything that a target needs to be opened."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from conformance.deployment.spec import ClusterSpec
from conformance.errors import ConformanceError
from conformance.evidence.recorded import Recorded
from conformance.pack.kernels import KERNELS

MYSQL_VERSIONS = ("5.7", "8.0")
#: Values of taskServerCount. With 2, the vendor's value, a node does not come up before its peer.
TASK_SERVERS = (1, 2)


@dataclass(frozen=True)
class LabOptions(Recorded):
    """Options of the embedded lab; call `check` before use."""

    das_pack: Path | None = None
    mysql: str = "5.7"
    loopback: bool = False
    keep: bool = False
    #: taskServerCount; 0 keeps the value of the pack's own file.
    task_servers: int = 0
    run_id: str | None = None
    #: Listen on the outside's loopback and forward to the nodes and to MySQL.
    forward: bool = False
    #: Name of the sabotage that makes this lab wrong; "" for a healthy lab.
    sabotage: str = ""
    #: Kernel of the assembled pack.
    kernel: str = KERNELS[0]
    #: Folder in which the run's own folder is made; "" for the cache folder.
    within: str = ""

    def arguments(self) -> list[str]:
        """Return the command line options that make an equal lab."""
        given = {
            "--mysql": self.mysql,
            "--kernel": self.kernel if self.das_pack is None else None,
            "--das-pack": self.das_pack,
            "--task-servers": self.task_servers or None,
            "--lab-sabotage": self.sabotage or None,
        }
        return [f"{name}={value}" for name, value in given.items() if value is not None] + ["--keep"] * self.keep

    def check(self) -> LabOptions:
        """Return the options themselves. ConformanceError if the pack is missing, or contradicts another option."""
        if self.das_pack is not None and self.kernel != KERNELS[0]:
            raise ConformanceError(f"--kernel {self.kernel} with --das-pack", "the vendor's pack brings its own kernel")
        if self.das_pack is not None and not self.das_pack.exists():
            raise ConformanceError(
                f"--das-pack {self.das_pack}: no such file or folder",
                "pass the vendor's wso2das-3.1.0.zip, or the folder that it unpacks to",
            )
        return self


#: Makes a lab's homes wrong; gets the lab's folder, with configured homes before their first start, and its cluster.
LabChange: TypeAlias = Callable[[Path, ClusterSpec], None]


@dataclass(frozen=True)
class TargetChoice:
    """The target, as `--target` names it, and how to use it. `folder` is where its logs are kept."""

    target: str
    run_id: str
    folder: Path
    read_only: bool = False
    lab: LabOptions = field(default_factory=LabOptions)
    #: How many nodes are judged; 1 means one home of a snapshot without its peer.
    nodes: int = 2
    #: What the sabotage named in `lab` does.
    lab_change: LabChange | None = None

    @property
    def target_kind(self) -> str:
        """The part of the target before the colon: embedded, compose, attached, snapshot or replay."""
        return self.target.partition(":")[0]

    @property
    def target_argument(self) -> str:
        """The part after the colon: an inventory, a folder or a bundle; "" if there is none."""
        return self.target.partition(":")[2]
