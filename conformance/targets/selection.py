"""Finds the target that `--target` names."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from conformance.errors import ConformanceError

if TYPE_CHECKING:
    from conformance.deployment.interface import Deployment
    from conformance.targets.shared.choice import TargetChoice

#: The module of each kind of target; its `open_target(choice)` returns the Deployment.
TARGETS = {
    "embedded": "conformance.targets.embedded.deployment",
    "compose": "conformance.targets.compose.deployment",
    "attached": "conformance.targets.attached.deployment",
    "snapshot": "conformance.targets.snapshot.deployment",
    "replay": "conformance.targets.replay",
}


def select(choice: TargetChoice) -> Deployment:
    """Return the chosen deployment, not started yet. ConformanceError if it is unknown."""
    module = TARGETS.get(choice.target_kind)
    if module is None:
        known = ", ".join(TARGETS)
        raise ConformanceError(f"--target {choice.target!r} is unknown", f"choose one of: {known}")
    try:
        deployment: Deployment = import_module(module).open_target(choice)
    except OSError as problem:
        what = f"--target {choice.target}: {problem.filename or 'a file of it'} cannot be read"
        raise ConformanceError(f"{what} ({problem.strerror or problem})", "let this user read it") from None
    return deployment
