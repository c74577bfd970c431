"""What a user chose about the deployment that is judged: all that a target needs to be opened."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from conformance.deployment.spec import ClusterSpec
from conformance.targets.shared.lab_options import LabOptions

#: Makes the homes of a lab wrong: its folder, with homes that are configured and not started yet, and its cluster.
LabChange: TypeAlias = Callable[[Path, ClusterSpec], None]


@dataclass(frozen=True)
class TargetChoice:
    """The target, as `--target` names it, and how it is to be used. `folder` keeps what is left of it, its logs."""

    target: str
    run_id: str
    folder: Path
    read_only: bool = False
    lab: LabOptions = field(default_factory=LabOptions)
    #: How many nodes are judged: 1 is one home of a snapshot without its peer.
    nodes: int = 2
    #: What the sabotage does that `lab` names.
    lab_change: LabChange | None = None

    @property
    def target_kind(self) -> str:
        """The part of the target before a colon: embedded, compose, attached, snapshot or replay."""
        return self.target.partition(":")[0]

    @property
    def target_argument(self) -> str:
        """The part after the colon: an inventory, a folder, a bundle; empty if there is none."""
        return self.target.partition(":")[2]
