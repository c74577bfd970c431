"""Counts how often each should failed in the last runs of a target, because results of shoulds vary.

The product itself does not meet each *should*, and meets some only sometimes. The reader of a single run would take a
pass for a repair and a failure for a new one; the rate shows which it is.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance.judgement.catalogue import Level
from conformance.judgement.verdict import RequirementResult, Verdict

#: Most runs that are counted, including the present one.
RUNS = 10
#: A waived failure is still a failure of the product.
_FAILED = (Verdict.FAIL.value, Verdict.WAIVED.value)
_JUDGED = (*_FAILED, Verdict.PASS.value)

#: `failed` of `runs` runs that judged it, by requirement id.
Rates = dict[str, dict[str, int]]


def of_shoulds(earlier: Iterable[Mapping[str, Any]], results: Iterable[RequirementResult]) -> Rates:
    """Return the rate of each should that failed in one of the runs; `earlier` are sign-offs, the newest first.

    Runs that did not judge it do not count; a should that only this run judged has no rate.
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
    """Return a rate as shown beside the requirement."""
    return f"failed in {rate['failed']} of the last {rate['runs']} runs of this target"


def of(signoff: Mapping[str, Any]) -> Mapping[str, Mapping[str, int]]:
    """Return a sign-off's rates; none without an earlier run, or if the sign-off is older than rates."""
    rates: Mapping[str, Mapping[str, int]] = (signoff.get("previous") or {}).get("shoulds", {})
    return rates


def lines(signoff: Mapping[str, Any]) -> Iterator[str]:
    """Yield for the terminal each should with its rate and its verdict in this run."""
    for name, rate in of(signoff).items():
        label = "varies" if rate["failed"] < rate["runs"] else "always"
        yield f"{label:<9} {name} {text(rate)}; this run: {signoff['requirements'][name]['verdict']}"
