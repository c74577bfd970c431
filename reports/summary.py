"""Summarises a run besides its result: failures, deviations, findings beyond the page; in numbers and in one line."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from conformance.evidence.verdict_log import NOT_SELECTED
from conformance.judgement.catalogue import OF_THE_PAGE, Level
from conformance.judgement.verdict import RequirementResult, Result, Verdict
from conformance.text.printable import counted as number_of
from conformance.text.printable import some

#: Key for counts of recommendations, beside the verdicts.
ADVICE = "advice"
#: Verdicts that decide the result for a must but not for a should, and their names for a should.
_ADVICE = {Verdict.FAIL.value: "not met", Verdict.ERROR.value: "could not be judged"}
#: The line of a message that names the test.
_PLACE = re.compile(r"\(\S+\.py:\d+\)")
#: Most recommendations that are named; further ones are only counted.
_NAMED = 3


def numbers(results: Iterable[RequirementResult]) -> dict[str, int]:
    """Return the counts of the sign-off's `summary`."""
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
    """Return each name deviation with the requirements that allow it; runs before version 3.0 have none."""
    found: dict[str, list[str]] = {}
    for name, entry in requirements.items():
        for text in entry.get("deviations", ()):
            found.setdefault(text, []).append(name)
    return found


def by_cause(requirements: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield failures and errors, each cause before what follows from it, with the path of causes from the first."""
    red = {name: entry for name, entry in requirements.items() if entry["verdict"] in ("fail", "error")}
    # Each is put below its first stated cause; runs before version 3.0 state none.
    below: dict[str, list[str]] = {}
    for name, entry in red.items():
        given = [one for one in entry.get("follows_from", ()) if one in red]
        below.setdefault(given[0] if given else "", []).append(name)
    waiting: list[tuple[str, tuple[str, ...]]] = [(name, ()) for name in reversed(below.get("", ()))]
    while waiting:
        name, way = waiting.pop()
        yield name, way
        waiting += [(one, (*way, name)) for one in reversed(below.get(name, ()))]


def of_the_page(requirements: Mapping[str, Any]) -> dict[str, Any]:
    """Return the entries without findings beyond the page, which are not part of the result."""
    return {name: one for name, one in requirements.items() if one["level"] != Level.FIELD.value}


def those(requirements: Mapping[str, Any], verdict: str, level: str = "") -> tuple[str, ...]:
    """Return the requirements with this verdict, of this level if it is given."""
    return tuple(
        name
        for name, one in requirements.items()
        if one["verdict"] == verdict and one["level"] in (level or one["level"],)
    )


def headline(signoff: Mapping[str, Any]) -> str:
    """Return the result and what an operator must know beside it; only the result for runs before version 3."""
    return ", ".join(filter(None, [str(signoff["result"]), beside(signoff)]))


def beside(signoff: Mapping[str, Any]) -> str:
    """Return what is shown beside the result; "" if there is nothing."""
    numbers_of_run = signoff.get("summary")
    return ", ".join(_beside(signoff, numbers_of_run)) if numbers_of_run else ""


def counted(signoff: Mapping[str, Any]) -> list[tuple[str, int, str]]:
    """Return the counts for a reader, failures first: a verdict or ADVICE, the number, and the words after it.

    An unmet recommendation decides nothing; if it were called a failure beside CONFORMS, it would confuse the reader.
    """
    counts = dict(signoff["counts"])
    advice = []
    for verdict, words in _ADVICE.items():
        if names := those(signoff.get("requirements", {}), verdict, "should"):
            counts[verdict] = counts.get(verdict, 0) - len(names)
            noun = "recommendation" if len(names) == 1 else "recommendations"
            advice.append((ADVICE, len(names), f"{noun} {words} ({some(names, _NAMED)})"))
    counted = [(verdict, count, verdict) for verdict, count in counts.items() if count > 0]
    red = [one for one in counted if one[0] in _ADVICE]
    return [*red, *advice, *(one for one in counted if one not in red)]


def called(entry: Mapping[str, Any]) -> str:
    """Return the name of a requirement's verdict; an unmet recommendation is not a failure."""
    not_met = entry["level"] == Level.SHOULD.value and entry["verdict"] == Verdict.FAIL.value
    return "not met" if not_met else str(entry["verdict"])


def findings_of(entry: Mapping[str, Any]) -> list[str]:
    """Return what a requirement's tests found, each text without the line that names its place in the suites."""
    found: list[list[str]] = [[]]
    for line in str(entry["message"]).splitlines():
        if _PLACE.fullmatch(line):
            found.append([])
        else:
            found[-1].append(line)
    return ["\n".join(lines) for lines in found if lines]


def _not_selected(signoff: Mapping[str, Any]) -> Iterable[str]:
    """Say how much of the page the user did not select, which makes a result PARTIAL at best."""
    left = [
        one
        for one in signoff.get("requirements", {}).values()
        if one["level"] in OF_THE_PAGE and one["verdict"] == "not-assessed" and one["message"].startswith(NOT_SELECTED)
    ]
    if left and signoff["result"] == Result.PARTIAL.value:
        yield f"{number_of(len(left), 'requirement')} not selected"


def _beside(signoff: Mapping[str, Any], counted: Mapping[str, int]) -> Iterable[str]:
    yield from _not_selected(signoff)
    shoulds, musts = counted["shoulds_failed"], counted["failures"] - counted["shoulds_failed"]
    if musts:
        causes = _causes(signoff, counted["causes"])
        yield number_of(musts, "failure") + (f" from {number_of(causes, 'cause')}" if causes < musts else "")
    if counted["musts_unseen"]:
        # Errors decide this result, and must not look like failures of the deployment.
        because = "no failure was seen, but " if signoff["result"] == Result.INCOMPLETE.value and not musts else ""
        yield f"{because}{number_of(counted['musts_unseen'], 'must')} could not be judged"
    if counted["deviations"]:
        yield f"{number_of(counted['deviations'], 'deviation')} of name"
    if shoulds:
        names = those(signoff.get("requirements", {}), "fail", "should")
        yield f"{number_of(shoulds, 'recommendation')} not met{f' ({some(names, _NAMED)})' if names else ''}"


def _causes(signoff: Mapping[str, Any], otherwise: int) -> int:
    """Return the number of causes of all failed musts; `otherwise` if the sign-off names no requirement."""
    requirements = signoff.get("requirements", {})
    failed_must = (Level.MUST.value, Verdict.FAIL.value)
    entries = ((name, way, requirements[name]) for name, way in by_cause(requirements))
    ways = {name: way for name, way, entry in entries if (entry["level"], entry["verdict"]) == failed_must}
    return len({way[0] if way else name for name, way in ways.items()}) or otherwise
