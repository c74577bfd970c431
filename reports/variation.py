"""Shoulds that do not come out alike in every run of a target: how often each failed in the last ones.

The product itself does not obey each *should*, and some only now and then. A reader of one run would take a pass for
repaired and a failure for new; the rate over the last runs says which it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance.judgement.catalogue import Level
from conformance.judgement.verdict import RequirementResult, Verdict

#: Runs that are counted at most, the present one among them.
RUNS = 10
#: A failure that someone answers for is one of the product all the same.
_FAILED = (Verdict.FAIL.value, Verdict.WAIVED.value)
_JUDGED = (*_FAILED, Verdict.PASS.value)

#: `failed` of `runs` runs that judged it, by requirement id.
Rates = dict[str, dict[str, int]]


def of_shoulds(earlier: Iterable[Mapping[str, Any]], results: Iterable[RequirementResult]) -> Rates:
    """The rate of each should that failed in one of the runs; `earlier` are sign-offs, the newest first.

    A run that did not judge it does not count; a should that only this run judged has no rate.
    """
    before = [signoff["requirements"] for signoff in earlier][: RUNS - 1]
    found: Rates = {}
    for one in results:
        given = [one.verdict.value, *(run[one.id]["verdict"] for run in before if one.id in run)]
        judged = [verdict for verdict in given if verdict in _JUDGED]
        failed = sum(verdict in _FAILED for verdict in judged)
        if one.level is Level.SHOULD and one.verdict.value in _JUDGED and failed and len(judged) > 1:
            found[one.id] = {"failed": failed, "runs": len(judged)}
    return found


def text(rate: Mapping[str, int]) -> str:
    """A rate, as a reader reads it beside the requirement."""
    return f"failed in {rate['failed']} of the last {rate['runs']} runs of this target"


def of(signoff: Mapping[str, Any]) -> Mapping[str, Mapping[str, int]]:
    """The rates that a sign-off holds; none where it has no earlier run, or is of before they were counted."""
    rates: Mapping[str, Mapping[str, int]] = (signoff.get("previous") or {}).get("shoulds", {})
    return rates


def lines(signoff: Mapping[str, Any]) -> Iterator[str]:
    """For the terminal: each should with its rate, and what this run says of it."""
    for name, rate in of(signoff).items():
        label = "varies" if rate["failed"] < rate["runs"] else "always"
        yield f"{label:<9} {name} {text(rate)}; this run: {signoff['requirements'][name]['verdict']}"
