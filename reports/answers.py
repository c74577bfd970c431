"""The first screen of the report: whether the deployment conforms, who must decide what, and what was not judged.

An acceptance manager does not read a list of verdicts. Each answer is one or two sentences with requirement ids.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from conformance.evidence.verdict_log import NOT_SELECTED
from conformance.judgement.verdict import Result, Verdict
from conformance.judgement.waiver import WRONG
from reports.summary import by_cause, deviations, of_the_page, those

#: Number of ids in an answer; further ids are only counted.
SHOWN = 6
_CONFORMS = {
    Result.CONFORMS.value: "Yes. Everything that the page demands holds.",
    Result.PARTIAL.value: "Not shown. No demand of the page was seen broken, but some were not judged or are waived.",
    Result.INCOMPLETE.value: "Not shown. A demand of the page could not be judged, or the run broke off.",
    Result.DOES_NOT_CONFORM.value: "No. Part of what the page demands does not hold.",
}
#: Message of a test that needs something the target lacks; `needs` is what is missing.
_CANNOT = re.compile(r"target .* cannot do: (?P<needs>[a-z-]+(?:, [a-z-]+)*)(?:;.*)?")
_NEEDS = {
    "files": "files",
    "log": "logs",
    "database": "a database",
    "live": "running nodes",
    "fault": "nodes that may be killed",
    "database-fault": "a database that may be stopped",
    "partition": "a network that may be cut",
    "write": "leave to write",
    "artifacts": "the suite's test streams",
    "deploy": "a way to deploy test streams",
}
#: How to put the acceptance of a recommendation, by its verdict, and the alternative.
_ADVICE = {
    Verdict.FAIL: "not met, or ask for the repair",
    Verdict.ERROR: "not judged because of an error, or run it again",
}
_OPERATOR, _ACCEPTANCE, _TESTER = "Operator", "Acceptance", "Who runs the suite"


class Answer(NamedTuple):
    """A sentence, who has to decide ("" for no one), its requirements, and its place in the report.

    `accepts`: acceptance may cost what the catalogue says breaks with these requirements.
    """

    text: str
    who: str = ""
    ids: tuple[str, ...] = ()
    anchor: str = ""
    accepts: bool = False

    @property
    def shown(self) -> tuple[str, ...]:
        """The ids that the answer names."""
        return self.ids[:SHOWN]

    @property
    def more(self) -> int:
        """The number of ids that it does not name."""
        return len(self.ids) - len(self.shown)


def conforms(signoff: Mapping[str, Any]) -> str:
    """Say in a sentence whether the deployment conforms."""
    return _CONFORMS.get(signoff["result"], str(signoff["result"]))


def decisions(signoff: Mapping[str, Any]) -> list[Answer]:
    """Return what people must decide or do, the most important first; empty if the sign-off can simply be signed."""
    entries = signoff["requirements"]
    return [
        *_repairs(entries),
        *_asked(signoff.get("repair") or {}),
        *_unseen(entries),
        *_waivers(signoff["waivers"]),
        *_part(signoff),
        *_recommendations(entries),
        *_names(entries),
        *_beyond(entries),
    ]


def not_judged(signoff: Mapping[str, Any]) -> list[Answer]:
    """Return which requirements of the page were not judged, by reason; empty if all were judged."""
    entries = of_the_page(signoff["requirements"])
    reasons: dict[str, list[str]] = {}
    for name in those(entries, Verdict.NOT_ASSESSED.value):
        reasons.setdefault(_reason(entries[name]["message"]), []).append(name)
    unseen = those(entries, Verdict.ERROR.value)
    ordered = sorted(reasons.items(), key=lambda one: -len(one[1]))
    answers = [Answer("No evidence, because of an error", ids=unseen)] if unseen else []
    return answers + [Answer(reason, ids=tuple(names)) for reason, names in ordered]


def not_applicable(signoff: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the requirements whose condition does not hold here."""
    return those(of_the_page(signoff["requirements"]), Verdict.NOT_APPLICABLE.value)


def judged(signoff: Mapping[str, Any]) -> tuple[int, int]:
    """Return how many requirements of the page were judged, and their total number."""
    entries = of_the_page(signoff["requirements"])
    left = sum(one["verdict"] in (Verdict.NOT_ASSESSED.value, Verdict.ERROR.value) for one in entries.values())
    return len(entries) - left, len(entries)


def _repairs(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[Answer]:
    failed = set(those(entries, Verdict.FAIL.value, "must"))
    ways = {name: way for name, way in by_cause(entries) if name in failed}
    causes = tuple(dict.fromkeys(way[0] if way else name for name, way in ways.items()))
    if not causes:
        return
    follow = len(failed - set(causes))
    more = f" ({follow} more {'follows' if follow == 1 else 'follow'} from these)" if follow else ""
    what, it = ("the failure", "it") if len(failed) == 1 else ("the failures", "them")
    yield Answer(f"Repair {what}, or have {it} waived{more}", _OPERATOR, causes, "open")


def _asked(repair: Mapping[str, Any]) -> Iterator[Answer]:
    if repair.get("patches"):
        asked = sum(one["decides"] for one in repair["questions"])
        noun = "a question" if asked == 1 else f"{asked} questions"
        yield Answer(
            f"Look at the patches that repair this{f', and answer {noun}' if asked else ''}", _OPERATOR, (), "repair"
        )


def _unseen(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[Answer]:
    if musts := those(entries, Verdict.ERROR.value, "must"):
        yield Answer("Remove what kept the suite from judging, and run it again", _TESTER, musts, "open")


def _waivers(waivers: Sequence[Mapping[str, Any]]) -> Iterator[Answer]:
    wrong = [state.value for state in WRONG]
    for one in waivers:
        if one["state"] in wrong:
            yield Answer(
                f"The waiver is {one['state']}: renew it, or repair", str(one["owner"]), (one["id"],), "waivers"
            )
    held = [one for one in waivers if one["state"] == "in force"]
    for owner in dict.fromkeys(one["owner"] for one in held):
        mine = [one for one in held if one["owner"] == owner]
        until = min(one["expires"] for one in mine)
        ids = tuple(one["id"] for one in mine)
        yield Answer(f"Answers for what is waived, until {until}", str(owner), ids, "waivers")


def _part(signoff: Mapping[str, Any]) -> Iterator[Answer]:
    """Mention the rest of the page only if it could improve the result."""
    if signoff["result"] not in (Result.PARTIAL.value, Result.INCOMPLETE.value):
        return
    if left := those(of_the_page(signoff["requirements"]), Verdict.NOT_ASSESSED.value):
        were = "a requirement was" if len(left) == 1 else f"{len(left)} requirements were"
        yield Answer(f"Accept that {were} not judged, or ask for the rest", _ACCEPTANCE)


def _recommendations(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[Answer]:
    for verdict, what in _ADVICE.items():
        if shoulds := those(entries, verdict.value, "should"):
            noun = "a recommendation is" if len(shoulds) == 1 else f"{len(shoulds)} recommendations are"
            yield Answer(f"Accept that {noun} {what}", _ACCEPTANCE, shoulds, "open", accepts=True)


def _names(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[Answer]:
    if found := deviations(entries):
        noun = "1 name differs" if len(found) == 1 else f"{len(found)} names differ"
        ids = tuple(dict.fromkeys(name for names in found.values() for name in names))
        yield Answer(f"Accept that {noun} from the page's", _ACCEPTANCE, ids, "deviations")


def _beyond(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[Answer]:
    if failed := those(entries, Verdict.FAIL.value, "field"):
        noun = "a finding" if len(failed) == 1 else f"{len(failed)} findings"
        yield Answer(f"Look at {noun} beyond the page: known to break such clusters", _OPERATOR, failed, "beyond")


def _reason(message: str) -> str:
    first = message.partition("\n")[0]
    if found := _CANNOT.fullmatch(first):
        needs = [_NEEDS.get(one, one) for one in found["needs"].split(", ")]
        return f"This target does not have {' and '.join([', '.join(needs[:-1]), needs[-1]] if needs[1:] else needs)}"
    return "Not selected in this run" if first.startswith(NOT_SELECTED) else first or "No reason is recorded"
