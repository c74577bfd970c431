"""One run: its options, catalogue, deployment, evidence, verdicts and, at the end, its report."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from conformance.deployment import description
from conformance.errors import ConformanceError
from conformance.evidence import attestation, bundle, labs, proofs, provenance, signoff_schema
from conformance.evidence.learning import learn_command, learn_homes
from conformance.evidence.reporting import Reports, RunFacts, Written
from conformance.evidence.verdict_log import VerdictLog
from conformance.evidence.verdict_record import VerdictRecord
from conformance.evidence.witness import Witness
from conformance.files.disk import writing
from conformance.judgement import causes, collection, waiver
from conformance.judgement.catalogue import Catalogue, load
from conformance.judgement.verdict import RequirementResult, Result, judged, overall
from conformance.judgement.waiver import Waivers
from conformance.node.clock import NodeClock, node_clock
from conformance.progress import file as progress_file
from conformance.project import CATALOGUE, SUITES
from conformance.session.options import RunOptions
from conformance.session.second_lab import SecondLab
from conformance.targets.replay import ReplayDeployment
from conformance.targets.selection import select
from conformance.targets.shared import canary
from conformance.targets.still import Unreached
from conformance.time_ledger import LEDGER, TimeLedger
from conformance.waiting import SYSTEM, Clock

if TYPE_CHECKING:
    from conformance.deployment.interface import Deployment
    from conformance.repair.outcome import Outcome


class Run:
    """State shared by the hooks and fixtures of a run. Creating it writes and starts nothing.

    pytest calls `prepare` at its start, `begin` before the first test, `bring_up` when a test first needs the
    deployment, if any does, and `conclude` at the end, even if the run did not begin.
    """

    def __init__(
        self,
        options: RunOptions,
        root: Path,
        argv: list[str],
        reports: Reports,
        *,
        ledger: TimeLedger = LEDGER,
        clock: Clock = SYSTEM,
        deployment: Deployment | None = None,
        witness: Witness | None = None,
    ) -> None:
        """`deployment` and `witness` replace those from the options."""
        self.options = options
        self.root = root
        self.argv = argv
        self.reports = reports
        self.ledger = ledger
        self.catalogue: Catalogue = load(root / SUITES / CATALOGUE)
        self.proofs = proofs.load(root)
        self.deployment: Deployment = deployment or select(options)
        self.witness = witness or _witness(self.deployment, options.folder / bundle.EVIDENCE, clock)
        self.second = SecondLab.of(options, root, self.deployment, self.witness)
        learn_command(self.witness.redactor, argv, os.environ)
        self._clock = clock
        self._started = clock.wall()
        today = datetime.fromtimestamp(self._started, timezone.utc).date()
        self.waivers = Waivers(options.waivers, self.catalogue, today)
        self._record = VerdictRecord(options.folder / bundle.EVIDENCE, self.witness.redactor)
        waived = {name: entry.describe() for name, entry in self.waivers.in_force.items()}
        self.verdicts = VerdictLog(self.catalogue, self._record, waived)
        self._owners = collection.owners(root / SUITES)
        self._begun = False
        #: One JSON object per scenario, added by the scenarios, for the report.
        self.failovers: list[dict[str, Any]] = []
        self.identity: Mapping[str, Any] = {}
        self._clocks: dict[str, NodeClock | None] = {}
        self.reached = False
        #: The result of --repair, or why there is none.
        self.repair: Outcome | None = None
        self.repair_problem = ""

    def prepare(self) -> None:
        """Take over an outer process's measurements. ConformanceError if a report is there, or nothing is chosen."""
        if (self.options.folder / bundle.SIGNOFF).exists():
            raise ConformanceError(f"{self.options.folder} holds a report already", "give another --run-id")
        only = self.options.selection.only
        if only is not None and not only & set(self.catalogue):
            raise ConformanceError("no chosen requirement is in this catalogue", "leave --rerun-failed out")
        self.ledger.take_over(os.environ)

    def bring_up(self) -> None:
        """Start the deployment and record it, once. If this raises, every requirement that needs it is an error."""
        if self.identity:
            return
        # The description is not cited by any requirement, whichever test triggered the start.
        with self.ledger.phase("boot"), labs.inside(labs.FIRST), self.witness.under():
            self._hide_passwords()
            self._describe()
            self.witness.ask("cluster", "start of the deployment", self.deployment.start)
        self._hide_passwords()
        if not self.witness.replays:
            # Before anything of the homes is written.
            learn_homes(self.witness.redactor, self.deployment.nodes)
        self.reached = True
        with labs.inside(labs.FIRST), self.witness.under():
            self.identity = self.witness.ask("cluster", "identity of the product", self.deployment.identity)
            self._read_clocks()
        if isinstance(self.deployment, ReplayDeployment):
            self.identity = {**self.identity, "replay": self.deployment.origin}

    def _describe(self) -> None:
        target = self.options.target
        self.witness.ask("cluster", description.QUESTION, lambda: description.describe(self.deployment, target))

    def cite_deployment(self) -> None:
        """Cite the deployment's description for a test that cannot judge and asked nothing, because it shows why."""
        with suppress(ConformanceError):
            self._describe()

    def _read_clocks(self) -> None:
        """A clock that cannot be read is reported to those who need it; old stored runs have no clocks."""
        for node in self.deployment.nodes:
            self._clocks[node.name] = None
            with suppress(ConformanceError):
                self._clocks[node.name] = node_clock(node, self.witness, self._clock)

    def begin(self) -> None:
        """When the tests are known: record the catalogue, and write a report that says INCOMPLETE until the end."""
        self._note()
        self.second.begin()
        self._publish(self._report(self.results(), complete=False, leaks=[]))

    def results(self) -> list[RequirementResult]:
        """What the verdicts so far make of each requirement."""
        return self.verdicts.results(self._owners, self.witness.evidence_of)

    def _note(self) -> None:
        if not self._begun:
            self._begun = True
            about = {"run_id": self.options.run_id, "target": self.options.target, "started": self._started}
            proven = {one: proofs.statement(self.proofs, one) for one in self.catalogue}
            self._record.begin(about, self.catalogue, self._owners, proven)

    def _hide_passwords(self) -> None:
        """Mask the passwords and the canary, a made-up secret; the markers made from it, planted in the homes, are
        only watched: a file of the run that holds one shows that a place of secrets is not masked.
        """
        spec = self.deployment.spec
        self.witness.redact(spec.canary)
        for planted in canary.of_places(spec.canary).values():
            self.witness.redactor.watch(planted)
        self.witness.redact(spec.database.password)
        self.witness.redact(spec.database.root_password)
        self.witness.redact(spec.admin_password)

    def conclude(self, *, interrupted: bool) -> tuple[dict[str, Any], list[str]]:
        """Add up everything, write and seal it; returns the sign-off and the run's own problems, one line each."""
        self.second.end()
        self.witness.close()
        # For a run that did not begin.
        self._note()
        self.verdicts.close(broken_off=interrupted)
        if changed := self.witness.mask_again():
            self._record.write_again(changed)
        results, folder = self.results(), self.options.folder
        self._write_patches()
        progress_file.mask_again(folder / progress_file.NAME, self.witness.redactor.text)
        leaks = (
            [str(path.relative_to(folder)) for path in self.witness.redactor.leaks(folder)] if folder.is_dir() else []
        )
        leaks += self.second.leaks
        report = self._report(results, complete=self.verdicts.complete and not interrupted, leaks=leaks)
        written = self._publish(report)
        problems = [*written.problems]
        with writing(folder):
            bundle.seal(folder)
            files = [*written.files]
            if self.options.signer:
                files.append(attestation.write(folder, report, self.witness.observations(), self.options.signer))
        leaks += [one.name for one in files if self.witness.redactor.leaks_in(one)]
        problems += [f"{folder / leak} holds a password" for leak in leaks]
        problems += [f"nothing was repaired: {self.repair_problem}"] if self.repair_problem else []
        problems += [f"{folder / bundle.SIGNOFF}: {violation}" for violation in signoff_schema.violations(report)]
        problems += waiver.problems(report["waivers"])
        problems += [f"{test} judged without any observation" for test in self.verdicts.unseen]
        if judged(results) == 0:
            problems.append("no requirement was judged")
        return report, problems

    def _write_patches(self) -> None:
        if self.repair is not None:
            self.repair = self.repair.shown(self.witness.redactor.text)
            for name, content in self.repair.files.items():
                with writing(self.options.folder / name):
                    place = self.options.folder / name
                    place.parent.mkdir(exist_ok=True)
                    place.write_bytes(content)

    def _report(self, results: Iterable[RequirementResult], *, complete: bool, leaks: list[str]) -> dict[str, Any]:
        """The sign-off, converted through JSON, so that the checked and redacted text is what a reader gets."""
        everything = causes.explained(results, self.catalogue, [node.name for node in self.deployment.spec.nodes])
        facts = self._facts(leaks)
        facts.waivers = self.waivers.describe(everything)
        if complete:
            folder, target = self.options.folder, self.options.target
            facts.previous = self.reports.since_the_last_run(folder, target, self._started, everything)
        result = overall(everything, complete=complete, left_out=self.verdicts.left_out_of_the_page)
        plain = json.loads(json.dumps(self.reports.signoff(facts, everything, result)))
        report: dict[str, Any] = self.witness.redactor.answer(plain)
        return report

    def _publish(self, report: dict[str, Any]) -> Written:
        folder, signed = self.options.folder, bool(self.options.signer)
        with writing(folder):
            return self.reports.write(report, folder, self.catalogue, self.witness.observations, signed=signed)

    @cached_property
    def _commit(self) -> tuple[str | None, bool | None]:
        """The suite's commit when the run began."""
        return provenance.commit(self.root)

    def _facts(self, leaks: list[str]) -> RunFacts:
        commit, dirty = self._commit
        return RunFacts(
            run_id=self.options.run_id,
            target=self.options.target,
            started=self._started,
            finished=self._clock.wall(),
            machine=provenance.machine(),
            product=self.identity,
            single_host=self.deployment.single_host if self.reached else None,
            clock_skew_seconds={name: one.as_json() if one else None for name, one in self._clocks.items()},
            failovers=self.second.numbered(self.failovers),
            labs=2 if self.second.nouns else 1,
            time=self.ledger.seconds(),
            argv=self.argv,
            commit=commit,
            dirty=dirty,
            secrets_found=leaks,
            proofs=self.proofs,
            canary=self.deployment.spec.canary,
            repair=self.repair.as_json() if self.repair is not None else None,
        )


def _witness(deployment: Deployment, folder: Path, clock: Clock) -> Witness:
    """A witness that records the deployment's answers, or replays those of a stored run."""
    if isinstance(deployment, ReplayDeployment):
        return Witness.replaying(deployment.bundle.observations, folder, clock)
    return Witness.recording(folder, clock)


def never_begun(options: RunOptions, root: Path, argv: list[str], reports: Reports) -> None:
    """Leave a report that says INCOMPLETE for a run that ended before it could write one."""
    if not (options.folder / bundle.SIGNOFF).exists():
        Run(options, root, argv, reports, deployment=Unreached()).conclude(interrupted=True)


def conforms(report: Mapping[str, Any]) -> bool:
    """Whether a sign-off says CONFORMS."""
    return bool(report["result"] == Result.CONFORMS.value)
