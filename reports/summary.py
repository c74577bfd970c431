"""What a run comes to beside its result: failures, deviations, findings beyond the page, in numbers and in one line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance.evidence.verdict_log import NOT_SELECTED
from conformance.judgement.catalogue import OF_THE_PAGE, Level
from conformance.judgement.verdict import RequirementResult, Result, Verdict


def numbers(results: Iterable[RequirementResult]) -> dict[str, int]:
    """The counts of the sign-off's `summary`."""
    everything = list(results)
    failed = [one for one in everything if one.verdict is Verdict.FAIL and one.level in OF_THE_PAGE]
    unseen = [one for one in everything if one.verdict is Verdict.ERROR and one.level is Level.MUST]
    field = [one for one in everything if one.level is Level.FIELD]
    return {
        "failures": len(failed),
        "causes": sum(not one.follows_from for one in failed),
        "shoulds_failed": sum(one.level is Level.SHOULD for one in failed),
        "musts_unseen": len(unseen),
        "deviations": len({text for one in everything for text in one.deviations}),
        "beyond_the_page": sum(one.verdict is Verdict.FAIL for one in field),
    }


def deviations(requirements: Mapping[str, Mapping[str, Any]]) -> dict[str, list[str]]:
    """Each deviation of name once, with the requirements that let it pass; runs of before version 3.0 know of none."""
    found: dict[str, list[str]] = {}
    for name, entry in requirements.items():
        for text in entry.get("deviations", ()):
            found.setdefault(text, []).append(name)
    return found


def by_cause(requirements: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Failures and errors, each cause before what follows from it, with the way from the first cause to it."""
    red = {name: entry for name, entry in requirements.items() if entry["verdict"] in ("fail", "error")}
    # Below the first cause that is given; runs of before version 3.0 know of none.
    below: dict[str, list[str]] = {}
    for name, entry in red.items():
        given = [one for one in entry.get("follows_from", ()) if one in red]
        below.setdefault(given[0] if given else "", []).append(name)
    waiting: list[tuple[str, tuple[str, ...]]] = [(name, ()) for name in reversed(below.get("", ()))]
    while waiting:
        name, way = waiting.pop()
        yield name, way
        waiting += [(one, (*way, name)) for one in reversed(below.get(name, ()))]


def headline(signoff: Mapping[str, Any]) -> str:
    """The result with what an operator must know beside it; the result alone for runs of before version 3."""
    return ", ".join(filter(None, [str(signoff["result"]), beside(signoff)]))


def beside(signoff: Mapping[str, Any]) -> str:
    """What stands beside the result in that line; "" when there is nothing."""
    told = signoff.get("summary")
    if not told:
        return ""
    return ", ".join([*_not_selected(signoff), *_beside(signoff["result"], told)])


def _not_selected(signoff: Mapping[str, Any]) -> Iterable[str]:
    """How much of the page the user left out: why a result is PARTIAL at best."""
    left = [
        one
        for one in signoff.get("requirements", {}).values()
        if one["level"] in OF_THE_PAGE and one["verdict"] == "not-assessed" and one["message"].startswith(NOT_SELECTED)
    ]
    if left and signoff["result"] == Result.PARTIAL.value:
        yield f"{_count(len(left), 'requirement')} not selected"


def _beside(result: str, told: Mapping[str, int]) -> Iterable[str]:
    failures, shoulds = told["failures"], told["shoulds_failed"]
    if failures > shoulds:
        yield f"{_count(failures, 'failure')}{f' ({shoulds} of a should)' if shoulds else ''}"
        if told["causes"] < failures:
            yield _count(told["causes"], "cause")
    if told["musts_unseen"]:
        # What could not be seen decides this result, and must not be taken for a failure of the deployment.
        because = "no failure was seen, but " if result == Result.INCOMPLETE.value and not failures else ""
        yield f"{because}{_count(told['musts_unseen'], 'must')} could not be judged"
    if told["deviations"]:
        yield f"{_count(told['deviations'], 'deviation')} of name"
    if shoulds and failures == shoulds:
        yield f"{shoulds} should failed"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
