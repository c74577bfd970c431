"""Checks the command line as a whole, before anything is fetched, started or written."""

import os
from pathlib import Path

import pytest

from conformance import deadlines
from conformance.errors import ConformanceError
from conformance.files.handed_file import shown
from conformance.judgement.catalogue import load
from conformance.session import asserting

#: Options of pytest that set up or list tests without judging.
_NO_TESTS = {"setuponly": "--setup-only", "setupplan": "--setup-plan"}
#: Options about the lab, and the targets that have a lab.
_OF_A_LAB = {
    "das_pack": ("--das-pack", ("embedded", "compose")),
    "kernel": ("--kernel", ("embedded",)),
    "mysql": ("--mysql", ("embedded", "compose")),
    "keep": ("--keep", ("embedded", "compose")),
    "task_servers": ("--task-servers", ("embedded", "compose")),
    "loopback": ("--loopback", ("embedded",)),
    "labs": ("--labs", ("embedded",)),
}
_WITHOUT_A_LAB = ("compose", "attached", "snapshot", "replay")
#: Targets with existing files that can be read.
WITH_FILES = ("snapshot", "attached")
#: Minimum free bytes for a report.
_ROOM = 4 << 20


def check(config: pytest.Config, out: Path) -> None:
    """ConformanceError for the first option that is wrong or contradicts another; `out` is the reports' folder."""
    asserting.demand(config)
    target = str(config.getoption("target"))
    kind, _, argument = target.partition(":")
    for name, written in _NO_TESTS.items():
        if config.getoption(name, None):
            raise ConformanceError(f"{written} judges nothing", f"leave {written} out, or use --collect-only")
    for name, (written, kinds) in _OF_A_LAB.items():
        if config.getoption(name) and kind in _WITHOUT_A_LAB and kind not in kinds:
            raise ConformanceError(f"{written} with --target {shown(target)}", f"it is for {' and '.join(kinds)}")
    if kind in ("embedded", "compose") and argument:
        raise ConformanceError(f"--target {shown(target)}: {kind} takes nothing behind a colon", f"give {kind}")
    if config.getoption("labs") == "2" and config.getoption("loopback"):
        raise ConformanceError("--labs 2 with --loopback: two labs would share the ports", "leave one of them out")
    if config.getoption("nodes") == 1 and kind != "snapshot":
        raise ConformanceError(f"--nodes 1 with --target {shown(target)}", "only snapshot:DIR judges one node alone")
    if config.getoption("repair") and kind not in WITH_FILES:
        raise ConformanceError(f"--repair with --target {shown(target)}", f"it is for {' and '.join(WITH_FILES)}")
    deadlines.scale()
    _check_room(out)


def ids(config: pytest.Config, catalogue: Path) -> frozenset[str] | None:
    """The requirements of --only; None if it is not given. ConformanceError for an unknown id."""
    text, again = config.getoption("only"), config.getoption("rerun_failed")
    if text is None:
        return None
    if again:
        raise ConformanceError("--only and --rerun-failed contradict each other", "give one of them")
    found = frozenset(text.replace(",", " ").split())
    if not found:
        raise ConformanceError(f"--only {shown(text)!r} names no requirement", "give ids, such as CLU-06,EVT-01")
    if unknown := sorted(found - set(load(catalogue))):
        raise ConformanceError(
            f"--only: no requirement is called {shown(' or '.join(unknown))}", "see docs/operators.md"
        )
    return found


def _check_room(out: Path) -> None:
    """Check that a report's folder can be created, by the existing part of its path."""
    there = next(path for path in (out, *out.parents) if path.exists() or path.is_symlink())
    remedy = "let this user write there, or judge from a checkout of your own"
    if not there.is_dir():
        raise ConformanceError(f"{there}: is no folder, and reports lie there", "move it away")
    if not os.access(there, os.W_OK | os.X_OK):
        raise ConformanceError(f"{there}: no report can be written there", remedy)
    room = os.statvfs(there)
    if room.f_bavail * room.f_frsize < _ROOM or (room.f_files and not room.f_favail):
        raise ConformanceError(f"{there}: no room for a report is left", "make room")
