"""Finds the target that `--target` names."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from conformance.errors import ConformanceError

if TYPE_CHECKING:
    from conformance.deployment.interface import Deployment
    from conformance.session.options import RunOptions

#: Kind of target and the module whose `open_target(options)` makes its Deployment.
TARGETS = {
    "embedded": "conformance.targets.embedded.deployment",
    "compose": "conformance.targets.compose.deployment",
    "attached": "conformance.targets.attached.deployment",
    "snapshot": "conformance.targets.snapshot.deployment",
    "replay": "conformance.targets.replay",
}
#: The kind that can hold one node alone.
_ALONE = "snapshot"


def select(options: RunOptions) -> Deployment:
    """The deployment that the options name, not yet started. ConformanceError for an unknown one."""
    module = TARGETS.get(options.target_kind)
    if module is None:
        known = ", ".join(TARGETS)
        raise ConformanceError(f"--target {options.target!r} is unknown", f"choose one of: {known}")
    if options.nodes == 1 and options.target_kind != _ALONE:
        raise ConformanceError(f"--nodes 1 with --target {options.target}", f"only {_ALONE}:DIR judges one node alone")
    try:
        deployment: Deployment = import_module(module).open_target(options)
    except OSError as problem:
        what = f"--target {options.target}: {problem.filename or 'a file of it'} cannot be read"
        raise ConformanceError(f"{what} ({problem.strerror or problem})", "let this user read it") from None
    return deployment
