"""The sign-offs of runs that ended, found by folder or by id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from conformance.errors import ConformanceError
from conformance.evidence.bundle import SIGNOFF


def folder_of(run: str, out: Path) -> Path:
    """The folder of a run: `run` itself, or the one of that id below `out`. ConformanceError when there is none."""
    found = next((path for path in (Path(run), out / run) if (path / SIGNOFF).is_file()), None)
    if found is None:
        raise ConformanceError(
            f"{run}: no run with a {SIGNOFF}", f"give the folder of a run that ended, or its id in {out}"
        )
    return found


def signoff_of(folder: Path) -> dict[str, Any]:
    """The sign-off in a run's folder. ConformanceError when it cannot be read or is none."""
    path = folder / SIGNOFF
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ConformanceError(f"{path}: {problem.strerror}", "take the folder of a run that ended") from None
    except ValueError as problem:
        raise ConformanceError(f"{path}: is no JSON ({problem})", "take an undamaged run") from None
    if not isinstance(told, dict) or not isinstance(told.get("requirements"), dict):
        raise ConformanceError(f"{path}: is no sign-off", "take the folder of a run that ended")
    return told


def broken(run: str, out: Path) -> frozenset[str]:
    """Ids of the requirements that failed, or were errors, in a stored run. ConformanceError when there are none."""
    requirements = signoff_of(folder_of(run, out))["requirements"]
    found = frozenset(name for name, one in requirements.items() if one.get("verdict") in ("fail", "error"))
    if not found:
        raise ConformanceError(f"--rerun-failed {run}: nothing failed in that run", "leave the option out")
    return found
