"""The suite's command line options, and the settings of a run made from them."""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from conformance.errors import ConformanceError
from conformance.evidence import stored_run
from conformance.files.handed_file import shown
from conformance.judgement import collection, waiver
from conformance.judgement.catalogue import Catalogue, Kind, Level
from conformance.judgement.waiver import Waiver
from conformance.pack.kernels import KERNELS
from conformance.project import CATALOGUE, OUT, SUITES
from conformance.session import option_checks
from conformance.targets.shared import run_folder
from conformance.targets.shared.choice import MYSQL_VERSIONS, TASK_SERVERS, LabChange, LabOptions, TargetChoice

AUTO = "auto"
#: Values of --labs.
LABS = ("1", "2", AUTO)
#: What each lab needs, so that its measured times are not distorted: cores, and bytes of memory.
_CORES_OF_A_LAB, _MEMORY_OF_A_LAB = 4, 8 << 30


def labs_meant(text: str | None) -> int:
    """The number of labs that --labs means on this machine; 1 by default."""
    if text != AUTO:
        return int(text or 1)
    # Imported only here: few runs need it.
    import psutil

    return labs_fitting(len(os.sched_getaffinity(0)), psutil.virtual_memory().available)


def labs_fitting(cores: int, free: int) -> int:
    """One or two labs, depending on the cores and the free memory in bytes."""
    return max(1, min(2, cores // _CORES_OF_A_LAB, free // _MEMORY_OF_A_LAB))


def note_of_labs(text: str | None, labs: int) -> str:
    """Why `auto` means one lab; "" if there is nothing to say."""
    wanted = f"{2 * _CORES_OF_A_LAB} cores and {2 * _MEMORY_OF_A_LAB >> 30} GB of free memory"
    return f"one lab: for two this machine should have {wanted}" if text == AUTO and labs == 1 else ""


if TYPE_CHECKING:
    from conformance.evidence.signature import Signer

#: Names of the second lab's report and working folder.
REPORT, LAB = "report", "lab"


#: Levels for --level, each with the levels that it includes.
LEVELS = {"must": (Level.MUST,), "should": (Level.MUST, Level.SHOULD)}


class Selection(NamedTuple):
    """A test must fit all given criteria; None fits all. Excluded tests make the result PARTIAL at best."""

    only: frozenset[str] | None = None
    level: str | None = None
    phases: frozenset[Kind] | None = None

    def of(self, items: list[pytest.Item], catalogue: Catalogue) -> list[pytest.Item]:
        """The chosen tests, in order."""
        return [item for item in items if self._fits(item, catalogue)]

    def _fits(self, item: pytest.Item, catalogue: Catalogue) -> bool:
        ids = collection.ids_of(item)
        if self.only is not None and not self.only & set(ids):
            return False
        if self.level and not any(catalogue[one].level in LEVELS[self.level] for one in ids):
            return False
        # A test of several kinds runs with the last of them.
        return self.phases is None or max(collection.kinds_of(item, catalogue), key=list(Kind).index) in self.phases


def phases(text: str | None) -> frozenset[Kind] | None:
    """The phases of --phase; None if it is not given. ConformanceError for an unknown phase."""
    if text is None:
        return None
    names = text.replace(",", " ").split()
    known = ", ".join(kind.value for kind in Kind)
    if not names:
        raise ConformanceError(f"--phase {shown(text)!r} names no phase", f"give one or more of {known}")
    wrong = [name for name in names if name not in [kind.value for kind in Kind]]
    if wrong:
        raise ConformanceError(f"--phase: no phase is called {shown(' or '.join(wrong))}", f"they are {known}")
    return frozenset(Kind(name) for name in names)


@dataclass(frozen=True)
class RunOptions(TargetChoice):
    """The user's checked choices. `folder` is for this run's evidence and report."""

    acceptance: bool = False
    #: Names that differ from the page's are failures, even if their relations are right.
    strict_names: bool = False
    waivers: tuple[Waiver, ...] = ()
    #: What is judged; everything by default. Its `only` may contain the broken requirements of a stored run.
    selection: Selection = field(default_factory=Selection)
    signer: Signer | None = None
    #: Make patches for what follows from the page and the homes, and judge the homes with them.
    repair: bool = False
    #: Number of labs that share the scenarios.
    labs: int = 1
    #: A note for the user about that number, or "".
    labs_note: str = ""
    #: The scenarios for this run if it is another run's second lab.
    share: frozenset[str] = frozenset()


def add_options(parser: pytest.Parser) -> None:
    """Declare the options to pytest."""
    group = parser.getgroup("das-conformance", "WSO2 DAS high-availability conformance")
    group.addoption("--target", default="embedded", metavar="NAME", help="what is judged (default: %(default)s)")
    group.addoption("--das-pack", metavar="DIR|ZIP", help="the vendor's own pack instead of the assembled one")
    group.addoption("--mysql", choices=MYSQL_VERSIONS, help=f"MySQL of the lab (default: {MYSQL_VERSIONS[0]})")
    group.addoption("--kernel", choices=KERNELS, help=f"Carbon kernel of the assembled pack (default: {KERNELS[0]})")
    group.addoption(
        "--task-servers", type=int, choices=TASK_SERVERS, help="taskServerCount of the lab's nodes; 2 is the vendor's"
    )
    group.addoption("--acceptance", action="store_true", help="exit code 0 only if the result is CONFORMS")
    group.addoption("--strict-names", action="store_true", help="names that differ from the page's are failures")
    group.addoption("--read-only", action="store_true", help="no probe table; attached: write, send, stop nothing")
    group.addoption("--loopback", action="store_true", help="loopback addresses instead of network namespaces")
    group.addoption("--labs", choices=LABS, help="2: scenarios in two labs at a time; auto: if the machine is large")
    group.addoption("--nodes", type=int, default=2, choices=(1, 2), help="1: one home of a snapshot, without its peer")
    group.addoption("--waivers", metavar="FILE", help="failures that someone answers for until a date (TOML)")
    group.addoption("--only", metavar="IDS", help="only these requirements, e.g. CLU-06,EVT-01")
    group.addoption("--level", choices=LEVELS, help="must: nothing that only a should, or a finding beyond, needs")
    group.addoption("--phase", metavar="PHASES", help="only these phases: files, db, log, live, fault")
    group.addoption("--rerun-failed", metavar="RUN", help="only what failed, or was an error, in this stored run")
    group.addoption("--sign-key", metavar="FILE", help="sign the report with this Ed25519 private key (PEM)")
    group.addoption("--run-id", metavar="ID", help="name of the run and of its folder (default: time and four digits)")
    group.addoption("--repair", action="store_true", help="patches for the homes of a snapshot or attached nodes")
    group.addoption("--keep", action="store_true", help="keep the nodes' homes and data after the run")
    # For `python -m conformance judge-many`: the runs of one command share a folder.
    group.addoption("--batch", metavar="ID", help=argparse.SUPPRESS)
    # For `python -m sabotage --live`: gives the embedded lab a wrong setting by name.
    group.addoption("--lab-sabotage", default="", metavar="NAME", help=argparse.SUPPRESS)
    # For a run's second lab: a folder for its output, and its scenarios.
    group.addoption("--second-lab", nargs=2, help=argparse.SUPPRESS)


def read_options(config: pytest.Config) -> RunOptions:
    """The options of this run. ConformanceError names a wrong one and the remedy."""
    catalogue, out = config.rootpath / SUITES / CATALOGUE, config.rootpath / OUT
    if batch := config.getoption("batch"):
        out /= run_folder.check_id(batch)
    option_checks.check(config, out)
    run_id = run_folder.check_id(config.getoption("run_id") or run_folder.new_id())
    pack, waived = config.getoption("das_pack"), config.getoption("waivers")
    only, again = option_checks.ids(config, catalogue), config.getoption("rerun_failed")
    within, share = config.getoption("second_lab") or ("", "")
    lab = LabOptions(
        das_pack=Path(pack).absolute() if pack else None,
        mysql=config.getoption("mysql") or MYSQL_VERSIONS[0],
        loopback=config.getoption("loopback"),
        keep=config.getoption("keep"),
        task_servers=config.getoption("task_servers") or 0,
        run_id=run_id,
        sabotage=config.getoption("lab_sabotage"),
        kernel=config.getoption("kernel") or KERNELS[0],
        within=within and str(Path(within) / LAB),
    )
    return RunOptions(
        target=config.getoption("target"),
        run_id=run_id,
        folder=Path(within) / REPORT if within else out / run_id,
        acceptance=config.getoption("acceptance"),
        read_only=config.getoption("read_only"),
        strict_names=config.getoption("strict_names"),
        lab=lab.check(),
        lab_change=_lab_change(config, lab.sabotage),
        nodes=config.getoption("nodes"),
        waivers=waiver.read(Path(waived)) if waived else (),
        selection=Selection(
            stored_run.broken(again, out) if again else only,
            config.getoption("level"),
            phases(config.getoption("phase")),
        ),
        signer=_signer(config.getoption("sign_key")),
        repair=config.getoption("repair"),
        labs=(labs := labs_meant(config.getoption("labs"))),
        labs_note=note_of_labs(config.getoption("labs"), labs),
        share=frozenset(filter(None, share.split(","))),
    )


def _lab_change(config: pytest.Config, name: str) -> LabChange | None:
    if not name:
        return None
    change: LabChange | None = config.hook.pytest_conformance_lab_change(name=name)
    if change is None:
        raise ConformanceError(
            f"--lab-sabotage {name}: no plugin of this run knows it", "add the plugin sabotage.plugin"
        )
    return change


def _signer(path: str | None) -> Signer | None:
    if not path:
        return None
    # Imported only here: few runs need its cryptographic library.
    from conformance.evidence.signature import Signer

    return Signer(Path(path))
