"""Verdicts and how they add up: pure functions of the findings."""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from conformance.judgement.catalogue import OF_THE_PAGE, Kind, Level


class Verdict(str, Enum):
    """The verdict on one requirement, from worst to best."""

    FAIL = "fail"
    ERROR = "error"
    NOT_ASSESSED = "not-assessed"
    WAIVED = "waived"
    PASS = "pass"
    NOT_APPLICABLE = "not-applicable"


class Result(str, Enum):
    """The result for the deployment."""

    CONFORMS = "CONFORMS"
    PARTIAL = "PARTIAL"
    DOES_NOT_CONFORM = "DOES NOT CONFORM"
    INCOMPLETE = "INCOMPLETE"


_ORDER = list(Verdict)
_JUDGED = (Verdict.PASS, Verdict.FAIL, Verdict.ERROR)
_OPEN = (Verdict.NOT_ASSESSED, Verdict.WAIVED)


class RequirementResult(NamedTuple):
    """The verdict on one requirement with its message ("" for a plain pass), evidence ids, seconds and test ids.

    `deviations`: names that differ from the page's although the relation holds; `follows_from`: failed requirements of
    the same run that explain this one.
    """

    id: str
    level: Level
    kind: Kind
    verdict: Verdict
    message: str = ""
    evidence: tuple[str, ...] = ()
    seconds: float = 0.0
    tests: tuple[str, ...] = ()
    deviations: tuple[str, ...] = ()
    follows_from: tuple[str, ...] = ()


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """The worst of one or more verdicts, for a requirement with several tests. ValueError for none."""
    return min(verdicts, key=_ORDER.index)


def judged(results: Iterable[RequirementResult]) -> int:
    """How many requirements of the page were judged, which excludes info and field requirements."""
    return sum(result.verdict in _JUDGED for result in results if result.level in OF_THE_PAGE)


def overall(results: Iterable[RequirementResult], *, complete: bool = True, left_out: bool = False) -> Result:
    """The result of a run. Only musts decide; a run that broke off or judged nothing is INCOMPLETE.

    Of a complete run a failed must decides first. An error is not a failure of the deployment: the fact is unknown, so
    the result is INCOMPLETE. A waived must is neither obeyed nor broken; like one that was not assessed, it makes the
    result PARTIAL. So does a test that was `left_out`, of a must or a should, as the page was then not fully judged.
    """
    everything = list(results)
    if not complete or judged(everything) == 0:
        return Result.INCOMPLETE
    verdicts = {result.verdict for result in everything if result.level is Level.MUST}
    if Verdict.FAIL in verdicts:
        return Result.DOES_NOT_CONFORM
    if Verdict.ERROR in verdicts:
        return Result.INCOMPLETE
    return Result.PARTIAL if verdicts & set(_OPEN) or left_out else Result.CONFORMS
