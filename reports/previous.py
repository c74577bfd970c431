"""Finds earlier finished runs of the same target, and compares this run with the last one."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timezone
from itertools import islice
from pathlib import Path
from typing import Any

from conformance.errors import ConformanceError
from conformance.evidence.bundle import EVIDENCE, MANIFEST
from conformance.evidence.stored_run import head_of, signoff_of
from conformance.evidence.verdict_log import NOT_SELECTED
from conformance.evidence.verdict_record import LINES
from conformance.judgement.catalogue import Level
from conformance.judgement.verdict import RequirementResult, Verdict
from conformance.text.printable import some
from reports import variation

#: Most requirements named for each kind of change, on the terminal and the page.
_SHOWN = 6


def earlier(folder: Path, target: str, before: float) -> list[dict[str, Any]]:
    """Return sign-offs of the last finished runs of the same target beside `folder`, the newest first.

    `before` is when this run started, in epoch seconds. Reads no more runs than count.
    """
    beside = [one for one in folder.parent.iterdir() if one != folder] if folder.parent.is_dir() else []
    heads = sorted(((head_of(one), one) for one in beside), key=lambda each: each[0].started, reverse=True)
    found = (run for head, one in heads if head.target == target and (run := _finished(one)))
    past = islice((run for run in found if run["finished"] <= before), variation.RUNS)
    return sorted(past, key=lambda run: float(run["finished"]), reverse=True)


def compared(earlier: Sequence[Mapping[str, Any]], results: Sequence[RequirementResult]) -> dict[str, Any] | None:
    """Return for the sign-off the last run, verdicts that differ from it, and rates of the shoulds.

    A requirement that only one of both runs selected is left out. None if there is no earlier run.
    """
    if not earlier:
        return None
    signoff = earlier[0]
    entries = signoff["requirements"]
    now = {one.id: one.verdict.value for one in results if not _unselected(one.verdict.value, one.message)}
    then = {name: one["verdict"] for name, one in entries.items() if not _unselected(one["verdict"], one["message"])}
    changed = {name: [then[name], now[name]] for name in now if name in then and then[name] != now[name]}
    return {
        "run_id": signoff["run_id"],
        "finished": signoff["finished"],
        "result": signoff["result"],
        "changed": changed,
        "shoulds": variation.of_shoulds(earlier, results),
    }


def line(signoff: Mapping[str, Any]) -> str:
    """Describe the changes since the last run for an operator, new failures and repairs first."""
    last = signoff["previous"]
    groups: dict[str, list[str]] = {}
    for name, (then, now) in last["changed"].items():
        level = signoff["requirements"].get(name, {}).get("level", "")
        groups.setdefault(_kind(level, then, now), []).append(name)
    order = sorted(groups, key=lambda kind: (_KINDS.index(kind) if kind in _KINDS else len(_KINDS), kind))
    changes = "; ".join(f"{kind}: {some(groups[kind], _SHOWN)}" for kind in order) or "no verdict changed"
    return f"since {_day(last['finished'], signoff['finished'])} (run {last['run_id']}, {last['result']}): {changes}"


#: Kinds of changes in display order; other changes follow, as "now NEW, was OLD".
_NEW, _ADVICE, _UNSEEN, _REPAIRED = _KINDS = (
    "new failures",
    "recommendations not met any more",
    "could not be judged any more",
    "repaired",
)


def _kind(level: str, then: str, now: str) -> str:
    if now == Verdict.FAIL.value and then == Verdict.PASS.value:
        return _ADVICE if level == Level.SHOULD.value else _NEW
    if now == Verdict.ERROR.value and then == Verdict.PASS.value:
        return _UNSEEN
    if then == Verdict.FAIL.value and now == Verdict.PASS.value:
        return _REPAIRED
    return f"now {now}, was {then}"


def _day(then: float, now: float) -> str:
    """Name a day as people do: the time on the same day, the weekday within a week, else the date. In UTC."""
    at, today = (datetime.fromtimestamp(one, timezone.utc) for one in (then, now))
    days = (today.date() - at.date()).days
    date = f"{at.day} {at:%B %Y}"
    if days == 0:
        return f"{at:%H:%M} UTC the same day"
    return f"{at:%A}, {date}" if days < 7 else date


def _finished(folder: Path) -> dict[str, Any] | None:
    """Return the sign-off of a finished run; None for anything else in that place."""
    if not (folder / MANIFEST).is_file() or {"run": "ended"} not in _last_lines(folder / EVIDENCE / LINES):
        return None
    with suppress(ConformanceError, KeyError, TypeError, ValueError):
        signoff = signoff_of(folder)
        if signoff["target"] and float(signoff["finished"]) and signoff["run_id"] and signoff["result"]:
            return signoff
    return None


def _last_lines(path: Path) -> Iterator[Any]:
    with suppress(OSError, ValueError):
        yield from (json.loads(text) for text in path.read_text(encoding="ascii").splitlines()[-1:])


def _unselected(verdict: str, message: str) -> bool:
    return verdict == Verdict.NOT_ASSESSED.value and message.startswith(NOT_SELECTED)
