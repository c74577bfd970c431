"""Finds stored runs by folder, archive or id, and reads their sign-offs and observations."""

import json
import os
import re
from pathlib import Path
from typing import Any, NamedTuple

from conformance.archive import file_tree
from conformance.archive.archive import is_archive
from conformance.archive.file_tree import FolderTree
from conformance.errors import ConformanceError
from conformance.evidence import signoff_schema
from conformance.evidence.bundle import EVIDENCE, MANIFEST, NAMES, SIGNOFF, located, open_bundle
from conformance.evidence.observation import Observation
from conformance.evidence.store import parse_evidence

#: Bytes at the start of a sign-off that include its target and start time.
_HEAD = 4096
_TARGET = re.compile(rb'"target": ("(?:[^"\\\x00-\x1f\x80-\xff]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*")')
_STARTED = re.compile(rb'"started": ([0-9]{1,15}(?:\.[0-9]{1,15})?)[,\s]')


def find(run: str, out: Path) -> Path:
    """A run's folder or archive. ConformanceError if it has no sign-off."""
    path = located(run, out)
    if not (is_archive(path) and path.is_file()) and not (path / SIGNOFF).is_file():
        raise ConformanceError(f"{run}: no run with a {SIGNOFF}", NAMES)
    return path


class Head(NamedTuple):
    """Target and start of a run; "" and 0 if the beginning of its sign-off does not show them."""

    target: str = ""
    started: float = 0.0


def head_of(run: Path) -> Head:
    """The head of the run in a folder, to choose among thousands: nothing else is read or checked."""
    try:
        # Does not block on a pipe.
        with open(run / SIGNOFF, "rb", opener=lambda path, flags: os.open(path, flags | os.O_NONBLOCK)) as file:
            beginning = file.read(_HEAD)
    except OSError:
        return Head()
    target, started = _TARGET.search(beginning), _STARTED.search(beginning)
    return Head(json.loads(target[1]) if target else "", float(started[1]) if started else 0.0)


def signoff_of(run: Path) -> dict[str, Any]:
    """The sign-off in a run's folder or archive. ConformanceError if it is unreadable or not a sign-off."""
    signoff: dict[str, Any] = unchecked_signoff_of(run)
    signoff_schema.demand(signoff, str(run / SIGNOFF), older=False)
    return signoff


def unchecked_signoff_of(run: Path) -> Any:
    """The JSON in a run's sign-off, unchecked. ConformanceError if it is unreadable or not JSON."""
    path = run / SIGNOFF
    try:
        return open_bundle(run).signoff if is_archive(run) else json.loads(_read(run, SIGNOFF))
    except OSError as problem:
        raise ConformanceError(
            f"{path}: {problem.strerror or 'is not there'}", "take the folder of a run that ended"
        ) from None
    except ValueError as problem:
        raise ConformanceError(f"{path}: is not JSON ({problem})", "take an undamaged run") from None
    except RecursionError:
        raise ConformanceError(f"{path}: is nested too deeply", "take an undamaged run") from None


def observations_of(run: Path) -> list[Observation]:
    """The observations of a run's folder or archive. EvidenceError if they are damaged."""
    if is_archive(run):
        return open_bundle(run).observations
    return parse_evidence(lambda name: _read(run, f"{EVIDENCE}/{name}"), str(run / EVIDENCE))


def _read(run: Path, path: str) -> bytes:
    """A file of a run's folder from an untrusted source: does not follow links out of it or block on pipes."""
    return file_tree.read(FolderTree(run), path, file_tree.LARGEST_OF_A_RUN)


def broken(run: str, out: Path) -> frozenset[str]:
    """Ids of requirements that failed or were errors in a stored run. ConformanceError if there are none."""
    found_at = find(run, out)
    if not is_archive(found_at) and not (found_at / MANIFEST).exists():
        raise ConformanceError(f"--rerun-failed {run}: that run was killed before its end", "leave the option out")
    requirements = signoff_of(found_at)["requirements"]
    found = frozenset(name for name, one in requirements.items() if one.get("verdict") in ("fail", "error"))
    if not found:
        raise ConformanceError(f"--rerun-failed {run}: nothing failed in that run", "leave the option out")
    return found
