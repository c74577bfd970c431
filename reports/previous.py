"""The finished runs of the same target before this one, and in which requirements this one differs from the last."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from conformance.errors import ConformanceError
from conformance.evidence.bundle import EVIDENCE, MANIFEST
from conformance.evidence.stored_run import signoff_of
from conformance.evidence.verdict_log import NOT_SELECTED
from conformance.evidence.verdict_record import LINES
from conformance.judgement.verdict import RequirementResult, Verdict
from reports import variation

#: What is shown of a difference, on the terminal and the page.
_SHOWN = 6


def earlier(folder: Path, target: str, before: float) -> list[dict[str, Any]]:
    """The sign-offs of the runs beside `folder` that ended on the same target, the newest first.

    `before` is when this run started, seconds since the epoch.
    """
    beside = (one for one in folder.parent.iterdir() if one != folder) if folder.parent.is_dir() else ()
    found = (told for one in beside if (told := _finished(one)) and told["target"] == target)
    past = (told for told in found if told["finished"] <= before)
    return sorted(past, key=lambda told: float(told["finished"]), reverse=True)


def compared(earlier: Sequence[Mapping[str, Any]], results: Sequence[RequirementResult]) -> dict[str, Any] | None:
    """For this run's sign-off: which run was the last, verdict then and now where they differ, rates of the shoulds.

    What one of both did not select says nothing. None where there is no earlier run.
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


def line(previous: Mapping[str, Any]) -> str:
    """What an operator reads of it."""
    changed = [f"{name} {now} (was {then})" for name, (then, now) in previous["changed"].items()]
    more = f" and {len(changed) - _SHOWN} more" if len(changed) > _SHOWN else ""
    differs = f"this run differs in {', '.join(changed[:_SHOWN])}{more}" if changed else "no verdict differs"
    return f"{previous['run_id']}, {previous['result']}: {differs}"


def _finished(folder: Path) -> dict[str, Any] | None:
    """The sign-off of a run that came to its end; None for anything else that lies there."""
    if not (folder / MANIFEST).is_file() or {"run": "ended"} not in _last_lines(folder / EVIDENCE / LINES):
        return None
    with suppress(ConformanceError, KeyError, TypeError, ValueError):
        told = signoff_of(folder)
        return told if told["target"] and float(told["finished"]) and told["run_id"] and told["result"] else None
    return None


def _last_lines(path: Path) -> Iterator[Any]:
    with suppress(OSError, ValueError):
        yield from (json.loads(text) for text in path.read_text(encoding="ascii").splitlines()[-1:])


def _unselected(verdict: str, message: str) -> bool:
    return verdict == Verdict.NOT_ASSESSED.value and message.startswith(NOT_SELECTED)
