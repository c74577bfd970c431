"""The result with its numbers beside it, on hand-written runs."""

from __future__ import annotations

import pytest

from conformance.judgement.catalogue import Kind, Level
from conformance.judgement.verdict import RequirementResult, Verdict, overall
from reports.summary import headline, numbers


def one(verdict: Verdict, level: Level = Level.MUST, *deviations: str) -> RequirementResult:
    return RequirementResult("AA-01", level, Kind.FILES, verdict, deviations=deviations)


GOOD, BAD, UNSEEN = one(Verdict.PASS), one(Verdict.FAIL), one(Verdict.ERROR)
SHOULD = one(Verdict.FAIL, Level.SHOULD)


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ([GOOD], "CONFORMS"),
        ([one(Verdict.PASS, Level.MUST, "a", "b", "c"), SHOULD], "CONFORMS, 3 deviations of name, 1 should failed"),
        ([one(Verdict.PASS, Level.MUST, "a"), one(Verdict.PASS, Level.MUST, "a")], "CONFORMS, 1 deviation of name"),
        ([BAD, GOOD], "DOES NOT CONFORM, 1 failure"),
        ([BAD, BAD, SHOULD, UNSEEN], "DOES NOT CONFORM, 3 failures (1 of a should), 1 must could not be judged"),
        ([UNSEEN, UNSEEN], "INCOMPLETE, no failure was seen, but 2 musts could not be judged"),
        ([GOOD, one(Verdict.FAIL, Level.FIELD), one(Verdict.ERROR, Level.FIELD)], "CONFORMS"),
        ([GOOD, one(Verdict.ERROR, Level.SHOULD)], "CONFORMS"),
    ],
)
def test_the_line_says_what_an_operator_must_know(results: list[RequirementResult], told: str) -> None:
    assert headline({"result": overall(results).value, "summary": numbers(results)}) == told


def test_a_run_of_before_has_its_result_alone() -> None:
    assert headline({"result": "PARTIAL"}) == "PARTIAL"
