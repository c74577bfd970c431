"""`--target replay:BUNDLE`: judges a stored run again, with today's suites and without a cluster."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

from conformance.deadlines import Deadline
from conformance.deployment import description
from conformance.errors import ConformanceError, EvidenceError
from conformance.evidence import signoff_schema
from conformance.evidence.bundle import NAMES, SIGNOFF, Bundle, open_bundle
from conformance.targets.shared.choice import TargetChoice
from conformance.targets.still import StillDeployment, StillNode


def open_target(choice: TargetChoice) -> ReplayDeployment:
    """Return the stored run. ConformanceError if the target names none, or the files differ from the manifest."""
    if not choice.target_argument:
        raise ConformanceError("--target replay names nothing", NAMES)
    bundle = open_bundle(Path(choice.target_argument))
    signoff_schema.demand(bundle.signoff, f"{bundle.where}/{SIGNOFF}", older=True)
    return ReplayDeployment(bundle)


class StoredDeployment(StillDeployment):
    """A deployment known only from a description in the evidence; it cannot be asked anything."""

    def __init__(self, described: Any, where: str) -> None:
        """`described` is the description; `where` names the evidence. EvidenceError if the format is another one."""
        spec = description.spec_of(described, where)
        able = description.capabilities_of(described, where)
        single_host, started_here = (bool(described.get(name)) for name in ("single_host", "started_here"))
        super().__init__(spec, able, single_host=single_host, started_here=started_here)
        self.nodes = tuple(ReplayNode(node) for node in spec.nodes)

    def identity(self) -> NoReturn:
        """Raise EvidenceError: only the stored run holds the identity."""
        raise EvidenceError("the stored run does not say what it judged", "record the run again")


class ReplayDeployment(StoredDeployment):
    """The deployment of a stored run; every answer comes from its observations."""

    def __init__(self, bundle: Bundle) -> None:
        """EvidenceError if the stored run did not even note what it was to judge."""
        described = bundle.answer(description.QUESTION)
        super().__init__(described, bundle.where)
        self.bundle = bundle
        #: Which run is replayed, for the report.
        self.origin = f"run {bundle.signoff.get('run_id')}, target {described.get('target')}"


class ReplayNode(StillNode):
    """A node of a stored run. Only recorded observations can be replayed; every direct call raises EvidenceError."""

    def _stored(self, path: str, offset: int = 0, length: int = -1) -> NoReturn:  # noqa: ARG002
        self._refuse(path)

    read = read_from = size = listing = digests = real_path = _stored


class NoWaiting:
    """Refuses waits during a replay: a stored run does not change, and its recorded waits are answers too."""

    def wait_started(self, what: str, deadline: Deadline) -> None:  # noqa: ARG002
        """Raise EvidenceError: a noun must wait inside an observation."""
        raise EvidenceError(f"a replay cannot wait for: {what}", "let the noun record the outcome of its wait")

    def wait_ended(self, what: str, seconds: float, seen: bool) -> None:
        """Never called."""
