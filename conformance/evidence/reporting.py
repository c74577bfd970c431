"""What a run hands over to the package that makes its reports; nothing in the library knows how they look."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from conformance.evidence.observation import Observation
from conformance.evidence.proofs import Proofs
from conformance.judgement.catalogue import Catalogue
from conformance.judgement.verdict import RequirementResult, Result
from conformance.secret import Secret


@dataclass
class RunFacts:
    """Everything about a run but its verdicts. Times are seconds since the epoch (UTC) or plain seconds."""

    run_id: str
    target: str
    started: float
    finished: float
    machine: Mapping[str, Any]
    product: Mapping[str, Any] = field(default_factory=dict)
    single_host: bool | None = None
    #: By node as its clock is recorded, None where that could not be read.
    clock_skew_seconds: Mapping[str, Mapping[str, Any] | None] = field(default_factory=dict)
    #: Where there were two labs each with its number, `lab`.
    failovers: list[dict[str, Any]] = field(default_factory=list)
    #: Labs that ran side by side.
    labs: int = 1
    time: Mapping[str, float] = field(default_factory=dict)
    argv: list[str] = field(default_factory=list)
    commit: str | None = None
    dirty: bool | None = None
    waivers: list[dict[str, Any]] = field(default_factory=list)
    #: How this run differs from the last one of the target.
    previous: Mapping[str, Any] | None = None
    secrets_found: list[str] = field(default_factory=list)
    #: What was planted in the nodes' files; the sign-off tells its sha256 only.
    canary: Secret = field(default_factory=lambda: Secret(""))
    #: What proves that a check can fail, by requirement id.
    proofs: Proofs = field(default_factory=dict)
    #: What --repair made; None where nothing was to be repaired.
    repair: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Written:
    """Files that were written, and what went wrong with others, a line each."""

    files: Sequence[Path]
    problems: Sequence[str] = ()


class Reports(Protocol):
    """Makes the reports of one run."""

    def since_the_last_run(
        self, folder: Path, target: str, started: float, results: Sequence[RequirementResult]
    ) -> Mapping[str, Any] | None:
        """What differs from the run before this one, which lies beside `folder`; None where there is none."""

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
        """Write the sign-off and what is made of it for readers. OSError when the disk does not take them."""

    def summary(
        self,
        report: Mapping[str, Any],
        folder: Path,
        catalogue: Catalogue,
        tests: Mapping[str, Sequence[Sequence[str]]],
    ) -> Iterable[str]:
        """What a user reads at the end of the run, line by line; `folder` as the user should read it.

        `tests` are the requirements of each test, by pytest's own word for how it ended.
        """
