"""How verdicts add up, on hand-written runs."""

from __future__ import annotations

import pytest

from conformance.judgement.catalogue import Kind, Level
from conformance.judgement.verdict import RequirementResult, Result, Verdict, judged, overall, worst

V = Verdict


def results(*verdicts: Verdict, level: Level = Level.MUST) -> list[RequirementResult]:
    """One result per verdict."""
    return [RequirementResult(f"AA-{n:02}", level, Kind.FILES, verdict) for n, verdict in enumerate(verdicts, 1)]


@pytest.mark.parametrize(
    ("verdicts", "result"),
    [
        ([V.PASS], Result.CONFORMS),
        ([V.PASS, V.NOT_APPLICABLE], Result.CONFORMS),
        ([V.PASS, V.NOT_ASSESSED], Result.PARTIAL),
        ([V.PASS, V.WAIVED], Result.PARTIAL),
        ([V.PASS, V.FAIL], Result.DOES_NOT_CONFORM),
        ([V.PASS, V.ERROR], Result.INCOMPLETE),
        ([V.ERROR, V.FAIL], Result.DOES_NOT_CONFORM),
        ([V.ERROR, V.NOT_ASSESSED, V.WAIVED], Result.INCOMPLETE),
        ([V.NOT_ASSESSED, V.FAIL], Result.DOES_NOT_CONFORM),
        ([V.WAIVED, V.FAIL], Result.DOES_NOT_CONFORM),
        ([V.ERROR], Result.INCOMPLETE),
        ([], Result.INCOMPLETE),
        ([V.NOT_ASSESSED], Result.INCOMPLETE),
        ([V.NOT_APPLICABLE, V.NOT_APPLICABLE], Result.INCOMPLETE),
    ],
)
def test_the_musts_decide(verdicts: list[Verdict], result: Result) -> None:
    assert overall(results(*verdicts)) is result


@pytest.mark.parametrize("level", [Level.SHOULD, Level.INFO, Level.FIELD])
@pytest.mark.parametrize("verdict", [V.FAIL, V.ERROR, V.NOT_ASSESSED, V.WAIVED])
def test_what_is_no_must_does_not_spoil_the_result(level: Level, verdict: Verdict) -> None:
    assert overall([*results(V.PASS), *results(verdict, level=level)]) is Result.CONFORMS


@pytest.mark.parametrize("verdicts", [[V.PASS], [V.FAIL], [V.ERROR]])
def test_a_run_that_broke_off_says_nothing_about_the_deployment(verdicts: list[Verdict]) -> None:
    assert overall(results(*verdicts), complete=False) is Result.INCOMPLETE


@pytest.mark.parametrize("level", [Level.INFO, Level.FIELD])
def test_information_and_what_is_beyond_the_page_say_nothing_about_the_page(level: Level) -> None:
    assert judged(results(V.PASS, V.FAIL, level=level)) == 0
    assert overall(results(V.PASS, level=level)) is Result.INCOMPLETE


@pytest.mark.parametrize(
    ("verdicts", "counts"),
    [
        ([V.PASS, V.ERROR, V.FAIL], V.FAIL),
        ([V.ERROR, V.NOT_ASSESSED], V.ERROR),
        ([V.WAIVED, V.NOT_ASSESSED], V.NOT_ASSESSED),
        ([V.WAIVED, V.PASS], V.WAIVED),
        ([V.PASS, V.ERROR], V.ERROR),
        ([V.PASS, V.NOT_ASSESSED], V.NOT_ASSESSED),
        ([V.PASS, V.NOT_APPLICABLE], V.PASS),
        ([V.NOT_APPLICABLE], V.NOT_APPLICABLE),
    ],
)
def test_the_worst_of_several_tests_counts(verdicts: list[Verdict], counts: Verdict) -> None:
    assert worst(verdicts) is counts


def test_no_verdict_at_all_is_no_verdict() -> None:
    with pytest.raises(ValueError, match="empty"):
        worst([])
