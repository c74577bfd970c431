"""The result with its numbers beside it, on hand-written runs."""

from __future__ import annotations

import pytest

from conformance.judgement.catalogue import Kind, Level
from conformance.judgement.verdict import RequirementResult, Verdict, overall
from reports.summary import counted, headline, numbers
from selftests.stored_signoffs import signoff


def one(verdict: Verdict, level: Level = Level.MUST, *deviations: str) -> RequirementResult:
    return RequirementResult("AA-01", level, Kind.FILES, verdict, deviations=deviations)


GOOD, BAD, UNSEEN = one(Verdict.PASS), one(Verdict.FAIL), one(Verdict.ERROR)
SHOULD = one(Verdict.FAIL, Level.SHOULD)


@pytest.mark.parametrize(
    ("results", "told"),
    [
        ([GOOD], "CONFORMS"),
        (
            [one(Verdict.PASS, Level.MUST, "a", "b", "c"), SHOULD],
            "CONFORMS, 3 deviations of name, 1 recommendation not met",
        ),
        ([one(Verdict.PASS, Level.MUST, "a"), one(Verdict.PASS, Level.MUST, "a")], "CONFORMS, 1 deviation of name"),
        ([BAD, GOOD], "DOES NOT CONFORM, 1 failure"),
        (
            [BAD, BAD, SHOULD, UNSEEN],
            "DOES NOT CONFORM, 2 failures, 1 must could not be judged, 1 recommendation not met",
        ),
        ([UNSEEN, UNSEEN], "INCOMPLETE, no failure was seen, but 2 musts could not be judged"),
        ([GOOD, one(Verdict.FAIL, Level.FIELD), one(Verdict.ERROR, Level.FIELD)], "CONFORMS"),
        ([GOOD, one(Verdict.ERROR, Level.SHOULD)], "CONFORMS"),
    ],
)
def test_the_line_says_what_an_operator_must_know(results: list[RequirementResult], told: str) -> None:
    assert headline({"result": overall(results).value, "summary": numbers(results)}) == told


def test_a_run_of_before_has_its_result_alone() -> None:
    assert headline({"result": "PARTIAL"}) == "PARTIAL"


def run(**verdicts: str) -> dict[str, object]:
    """A sign-off with these verdicts; FO-11 is a should, the others are musts."""
    given = {"CLU-01": "pass", "FO-11": "pass", "FO-14": "pass"}
    return signoff(given | {name.replace("_", "-"): verdict for name, verdict in verdicts.items()})


def test_a_recommendation_that_is_not_met_is_never_a_bare_failure() -> None:
    told = run(FO_11="fail")
    assert told["result"] == "CONFORMS"
    assert headline(told) == "CONFORMS, 1 recommendation not met (FO-11)"
    assert counted(told) == [("advice", 1, "recommendation not met (FO-11)"), ("pass", 2, "pass")]


def test_failures_come_first_and_are_counted_without_the_recommendations() -> None:
    told = run(FO_11="fail", CLU_01="fail")
    assert counted(told) == [("fail", 1, "fail"), ("advice", 1, "recommendation not met (FO-11)"), ("pass", 1, "pass")]


def test_a_recommendation_that_could_not_be_judged_is_named_as_one() -> None:
    assert counted(run(FO_11="error"))[0] == ("advice", 1, "recommendation could not be judged (FO-11)")


def test_failures_are_counted_by_their_causes_and_many_recommendations_are_only_counted() -> None:
    told = run(CLU_01="fail", FO_14="fail", FO_11="fail")
    told["requirements"]["FO-14"]["follows_from"] = ["CLU-01"]
    told["requirements"] |= {f"XX-{n:02}": told["requirements"]["FO-11"] for n in range(4)}
    told["summary"]["shoulds_failed"] = 5
    told["summary"]["failures"] = 7
    shown = "5 recommendations not met (FO-11, XX-00, XX-01 and 2 more)"
    assert headline(told) == f"CONFORMS, 2 failures from 1 cause, {shown}"
