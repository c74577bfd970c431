"""The suite's own command line options, and one run's settings made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from conformance.target import run_folder
from conformance.target.options import MYSQL_VERSIONS, LabOptions


@dataclass(frozen=True)
class RunOptions:
    """What the user asked for, checked. `folder` is where evidence and report of this run lie."""

    target: str
    run_id: str
    folder: Path
    acceptance: bool = False
    read_only: bool = False
    lab: LabOptions = field(default_factory=LabOptions)
    #: How many nodes are judged: 1 is one home of a snapshot without its peer.
    nodes: int = 2

    @property
    def target_kind(self) -> str:
        """The part of the target before a colon: embedded, compose, attached, snapshot or replay."""
        return self.target.partition(":")[0]

    @property
    def target_argument(self) -> str:
        """The part after the colon: an inventory, a folder, a bundle; empty if there is none."""
        return self.target.partition(":")[2]


def add_options(parser: pytest.Parser) -> None:
    """Declare the options to pytest."""
    group = parser.getgroup("das-conformance", "WSO2 DAS high-availability conformance")
    group.addoption("--target", default="embedded", metavar="NAME", help="what is judged (default: %(default)s)")
    group.addoption("--das-pack", metavar="FILE", help="the vendor's wso2das-3.1.0.zip instead of the assembled pack")
    group.addoption("--mysql", default="5.7", choices=MYSQL_VERSIONS, help="MySQL of the lab (default: %(default)s)")
    group.addoption("--acceptance", action="store_true", help="exit code 0 only if the result is CONFORMS")
    group.addoption("--read-only", action="store_true", help="make no probe table in the databases")
    group.addoption("--loopback", action="store_true", help="loopback addresses instead of network namespaces")
    group.addoption("--nodes", type=int, default=2, choices=(1, 2), help="1: one home of a snapshot, without its peer")
    group.addoption("--run-id", metavar="ID", help="name of the run and of its folder (default: time and four digits)")
    group.addoption("--keep", action="store_true", help="keep the nodes' homes and data after the run")


def read_options(config: pytest.Config) -> RunOptions:
    """The options of this run. ConformanceError names a wrong one and the remedy."""
    run_id = run_folder.check_id(config.getoption("run_id") or run_folder.new_id())
    pack = config.getoption("das_pack")
    lab = LabOptions(
        das_pack=Path(pack).absolute() if pack else None,
        mysql=config.getoption("mysql"),
        loopback=config.getoption("loopback"),
        keep=config.getoption("keep"),
        run_id=run_id,
    )
    return RunOptions(
        target=config.getoption("target"),
        run_id=run_id,
        folder=config.rootpath / "reports" / "out" / run_id,
        acceptance=config.getoption("acceptance"),
        read_only=config.getoption("read_only"),
        lab=lab.check(),
        nodes=config.getoption("nodes"),
    )
