"""Collects what each test found, and combines it per requirement."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from conformance.evidence.verdict_record import Found, VerdictRecord
from conformance.judgement.catalogue import OF_THE_PAGE, Catalogue, Requirement
from conformance.judgement.message import said_once
from conformance.judgement.verdict import RequirementResult, Verdict, worst

#: Reasons why a requirement of the catalogue has no verdict from a test.
NOT_BUILT = "not built"
NOT_SELECTED = "not selected in this run"
NOT_RUN = "not run: the run broke off before"
#: Message for a test that judged without evidence.
UNSEEN = "no evidence: the test judged without any observation - report it, the suite is at fault"

_Finding = tuple[Verdict, str]


@dataclass
class _Test:
    """One test of a run: the requirements that it proves, and the findings of its phases."""

    requirement_ids: tuple[str, ...]
    findings: list[_Finding] = field(default_factory=list)
    seconds: float = 0.0
    finished: bool = False
    deviations: tuple[str, ...] = ()

    def found(self, evidence: Mapping[str, str] | None = None) -> Found:
        """The test's findings as recorded."""
        return Found(tuple(self.findings), self.seconds, evidence, self.deviations)


class VerdictLog:
    """Verdicts of one run. Tests are announced, their phases noted; `results` gives one verdict per requirement.

    `record` writes all of it to disk. Failures of the requirements in `waived` count as waived, with that text.
    """

    def __init__(
        self, catalogue: Catalogue, record: VerdictRecord | None = None, waived: Mapping[str, str] | None = None
    ) -> None:
        self._catalogue = catalogue
        self._record = record
        self._waived = waived or {}
        self._tests: dict[str, _Test] = {}
        self._left_out: dict[str, list[str]] = {}
        #: Tests that judged without evidence.
        self.unseen: list[str] = []

    def announce(self, test_id: str, requirement_ids: Iterable[str]) -> None:
        """A test was selected; if it ends without findings, it counts as not run."""
        test = self._tests[test_id] = _Test(tuple(requirement_ids))
        if self._record:
            self._record.selected(test_id, test.requirement_ids)

    def leave_out(self, test_id: str, requirement_ids: Iterable[str]) -> None:
        """A test was deselected: its requirements cannot pass by their other tests alone."""
        ids = tuple(requirement_ids)
        for requirement_id in ids:
            self._left_out.setdefault(requirement_id, []).append(test_id)
        if self._record:
            self._record.left_out(test_id, ids)

    def note(self, test_id: str, verdict: Verdict, message: str = "", seconds: float = 0.0) -> None:
        """The test, or a broken fixture of it, gave a verdict; a working fixture gives none."""
        test = self._tests[test_id]
        test.findings.append((verdict, message))
        test.seconds += seconds

    def finish(self, test_id: str, evidence: Mapping[str, str] | None = None, deviations: Iterable[str] = ()) -> None:
        """The end of a test. `evidence`: its observations, with sha256; `deviations`: names that it accepted."""
        test = self._tests[test_id]
        test.finished, test.deviations = True, tuple(deviations)
        if self._record:
            self._record.ended(test_id, test.found(evidence))

    def demand_evidence(self, test_id: str, evidence: Mapping[str, str]) -> None:
        """A test that passes or fails without any observation is an error."""
        test = self._tests[test_id]
        claims = any(verdict in (Verdict.PASS, Verdict.FAIL) for verdict, _ in test.findings)
        if test.requirement_ids and claims and not evidence:
            self.note(test_id, Verdict.ERROR, UNSEEN)
            self.unseen.append(test_id)

    def leaves_open(self, test_id: str) -> bool:
        """Whether the test found that its requirements do not apply or cannot be assessed."""
        left_open = (Verdict.NOT_APPLICABLE, Verdict.NOT_ASSESSED)
        return any(verdict in left_open for verdict, _ in self._tests[test_id].findings)

    def broken(self, test_id: str, requirement_ids: Iterable[str], message: str) -> None:
        """A test file could not be collected: its requirements are errors."""
        self.announce(test_id, (name for name in requirement_ids if name in self._catalogue))
        self.note(test_id, Verdict.ERROR, message)
        self.finish(test_id)

    def close(self, *, broken_off: bool) -> None:
        """The run is over: write the findings of unfinished tests."""
        unfinished = {name: test.found() for name, test in self._tests.items() if not test.finished}
        if self._record:
            self._record.close(unfinished, broken_off=broken_off)

    @property
    def complete(self) -> bool:
        """Whether every announced test ran to its end."""
        return all(test.finished for test in self._tests.values())

    @property
    def by_test(self) -> dict[str, Verdict]:
        """The worst verdict of each test by id; a test that did not run has none."""
        given = {name: [verdict for verdict, _ in test.findings] for name, test in self._tests.items()}
        return {name: worst(verdicts) for name, verdicts in given.items() if verdicts}

    @property
    def left_out_of_the_page(self) -> bool:
        """Whether a test of a demand or recommendation of the page was deselected."""
        return any(self._catalogue[one].level in OF_THE_PAGE for one in self._left_out if one in self._catalogue)

    def results(
        self, owners: Mapping[str, object], evidence_of: Callable[[str], Iterable[str]]
    ) -> list[RequirementResult]:
        """One result per requirement of the catalogue; `owners` contains the ids for which the suites have a test."""
        return [self._result(requirement, owners, evidence_of) for requirement in self._catalogue.values()]

    def _result(
        self, requirement: Requirement, owners: Mapping[str, object], evidence_of: Callable[[str], Iterable[str]]
    ) -> RequirementResult:
        tests = {name: test for name, test in self._tests.items() if requirement.id in test.requirement_ids}
        found = [finding for test in tests.values() for finding in _findings(test, self._waived.get(requirement.id))]
        if left_out := self._left_out.get(requirement.id):
            which = f": {', '.join(left_out)}" if tests else ""
            found.append((Verdict.NOT_ASSESSED, NOT_SELECTED + which))
        if not found:
            # Before tests are selected, it is unknown which would have been.
            unasked = NOT_SELECTED if self._tests or self._left_out else NOT_RUN
            found = [(Verdict.NOT_ASSESSED, unasked if requirement.id in owners else NOT_BUILT)]
        verdict = worst(verdict for verdict, _ in found)
        # A requirement that passes also reports what did not apply: it passes on the rest.
        verdicts = (verdict, Verdict.NOT_APPLICABLE) if verdict is Verdict.PASS else (verdict,)
        messages = said_once(message for given, message in found if given in verdicts and message)
        return RequirementResult(
            id=requirement.id,
            level=requirement.level,
            kind=requirement.kind,
            verdict=verdict,
            message="\n".join(messages),
            evidence=tuple(evidence_of(requirement.id)),
            seconds=round(sum(test.seconds for test in tests.values()), 3),
            tests=tuple(tests),
            deviations=tuple(dict.fromkeys(text for test in tests.values() for text in test.deviations)),
        )


def _findings(test: _Test, waived: str | None) -> list[_Finding]:
    """The worst findings of a test; an unfinished test still reports its failures and errors."""
    findings = test.findings
    if not test.finished or not findings:
        broken = [finding for finding in findings if finding[0] in (Verdict.FAIL, Verdict.ERROR)]
        findings = [*broken, (Verdict.NOT_ASSESSED, NOT_RUN)]
    if waived:
        findings = [
            (Verdict.WAIVED, f"{waived}\n{message}") if verdict is Verdict.FAIL else (verdict, message)
            for verdict, message in findings
        ]
    verdict = worst(verdict for verdict, _ in findings)
    return [finding for finding in findings if finding[0] is verdict]
