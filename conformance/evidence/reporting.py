"""What a run passes to the package that makes its reports, so that the library does not depend on their form."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from conformance.evidence.observation import Observation
from conformance.evidence.proofs import Proofs
from conformance.judgement.catalogue import Catalogue
from conformance.judgement.verdict import RequirementResult, Result
from conformance.secret import Secret


@dataclass
class RunFacts:
    """Everything about a run except its verdicts. Times are epoch seconds (UTC) or plain seconds."""

    run_id: str
    target: str
    started: float
    finished: float
    machine: Mapping[str, Any]
    product: Mapping[str, Any] = field(default_factory=dict)
    single_host: bool | None = None
    #: Each node's clock as recorded, None if it could not be read.
    clock_skew_seconds: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    #: With two labs, each entry has the number of its lab in `lab`.
    failovers: list[dict[str, Any]] = field(default_factory=list)
    #: Number of labs that ran side by side.
    labs: int = 1
    time: Mapping[str, float] = field(default_factory=dict)
    argv: list[str] = field(default_factory=list)
    commit: str | None = None
    dirty: bool | None = None
    waivers: list[dict[str, Any]] = field(default_factory=list)
    #: How this run differs from the target's last run.
    previous: Mapping[str, Any] | None = None
    secrets_found: list[str] = field(default_factory=list)
    #: The secret planted in the nodes' files; the sign-off contains only its SHA-256.
    canary: Secret = field(default_factory=lambda: Secret(""))
    #: Proofs that a check can fail, by requirement id.
    proofs: Proofs = field(default_factory=dict)
    #: The result of --repair; None if nothing needed repair.
    repair: Mapping[str, Any] | None = None


class Written(NamedTuple):
    """The written files, and one line for each that could not be written."""

    files: Sequence[Path]
    problems: Sequence[str] = ()


class Reports(Protocol):
    """Makes the reports of one run."""

    def since_the_last_run(
        self, folder: Path, target: str, started: float, results: Sequence[RequirementResult]
    ) -> Mapping[str, Any] | None:
        """The differences to the run before this one, found beside `folder`; None if there is none."""

    def signoff(self, facts: RunFacts, results: Iterable[RequirementResult], result: Result) -> dict[str, Any]:
        """The sign-off as JSON."""

    def write(
        self,
        report: Mapping[str, Any],
        folder: Path,
        catalogue: Catalogue,
        observations: Callable[[], Sequence[Observation]],
        *,
        signed: bool,
    ) -> Written:
        """Write the sign-off and the files for readers. OSError if the disk does not take them."""

    def summary(
        self, report: Mapping[str, Any], folder: Path, catalogue: Catalogue, tests: Mapping[str, list[list[str]]]
    ) -> Iterable[str]:
        """Yield what the user reads at the end of the run, line by line; `folder` is the path to show.

        `tests`: the requirements of each test, by pytest's name for its outcome.
        """
