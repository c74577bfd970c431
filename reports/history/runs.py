"""Finds stored runs, and keeps only what the history shows, so that thousands of runs fit into memory."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from conformance.archive.archive import is_archive
from conformance.disruption.failover.phase import BY_EVENT, todays_name
from conformance.disruption.failover.record import most_lost
from conformance.errors import ConformanceError, EvidenceError
from conformance.evidence.bundle import MANIFEST, SIGNOFF
from conformance.evidence.signoff_schema import in_one_line
from conformance.evidence.stored_run import head_of, unchecked_signoff_of
from conformance.judgement.catalogue import Level
from conformance.judgement.verdict import Result, Verdict
from reports.fault_effects import stored_hop
from reports.page.render import FILE as PAGE

#: Most characters shown of an error, which may quote a whole foreign value.
_LONGEST = 160
Schema = dict[str, Any]

_TEXT: Schema = {"type": "string", "maxLength": 100_000}
_NAME: Schema = {"type": "string", "maxLength": 500}
_NUMBER: Schema = {"type": "number", "minimum": 0, "maximum": 1e11}
_MAYBE: Schema = {"type": ["number", "null"], "minimum": 0, "maximum": 1e11}


def _object(required: Schema, optional: Schema | None = None) -> Schema:
    return {"type": "object", "required": list(required), "properties": required | (optional or {})}


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


_HOP = _object({"name": _TEXT, "lost": {"type": "array"}})
_EVENTS: Schema = {"type": ["object", "null"], "properties": {"during": _object({}, {"hops": _list(_HOP)})}}
_PHASE = _object({"name": _NAME, "seconds": _MAYBE, "budget": _MAYBE})
_SCENARIO = _object({"kind": _NAME, "name": _NAME, "phases": _list(_PHASE)}, {"events": _EVENTS, "gap": _MAYBE})
_REQUIREMENT = _object(
    {
        "level": {"enum": [one.value for one in Level]},
        "verdict": {"enum": [one.value for one in Verdict]},
        "message": _TEXT,
    }
)
_REQUIREMENTS: Schema = {
    "type": "object",
    "propertyNames": {"pattern": r"^[A-Z]{1,9}-[0-9]{2}$"},
    "additionalProperties": _REQUIREMENT,
}
_USED = _object(
    {
        "run_id": {"type": "string", "pattern": r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$"},
        "target": _NAME,
        "started": _NUMBER,
        "finished": _NUMBER,
        "result": {"enum": [one.value for one in Result]},
        "commit": {"type": ["string", "null"], "maxLength": 100},
        "dirty": {"type": ["boolean", "null"]},
        "product": {"type": "object"},
        "time": _object({"boot": _NUMBER, "total": _NUMBER}),
        "requirements": _REQUIREMENTS,
        "failovers": _list(_SCENARIO),
    }
)


@cache
def _validator() -> Any:
    # Built only if a history is made.
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(_USED)


def signoff_of(run: Path) -> dict[str, Any]:
    """Return a run's sign-off, of this or an older schema. ConformanceError if a part used here is wrong.

    The whole schema is not checked, because the history also shows runs of older schemas.
    """
    found: dict[str, Any] = unchecked_signoff_of(run)
    problem = next(iter(_validator().iter_errors(found)), None)
    if problem is not None:
        what = in_one_line(problem)[:_LONGEST]
        raise EvidenceError(f"{run / SIGNOFF}: is not a sign-off of this suite: {what}", "take an undamaged run")
    return found


#: Name of the scenario for figures of the whole run.
WHOLE = "Whole run"
BOOT, TOTAL = "boot", "total"
LOST = "accepted events that the store misses"
SECONDS, EVENTS = "s", "events"


class Figure(NamedTuple):
    """A number, None if it was measured but never came; `budget` None: there is no budget."""

    value: float | None
    unit: str
    budget: float | None = None


def figures(signoff: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Figure]]:
    """Yield the figures by scenario and name."""
    time = signoff["time"]
    yield (WHOLE, BOOT), Figure(time[BOOT] or None, SECONDS)
    yield (WHOLE, TOTAL), Figure(time[TOTAL], SECONDS)
    for scenario in signoff["failovers"]:
        name = f"{scenario['kind']}: {scenario['name']}"
        for phase in scenario["phases"]:
            yield (name, todays_name(phase["name"])), Figure(phase["seconds"], SECONDS, phase["budget"])
        if (stored := stored_hop(scenario)) is not None:
            gap = scenario.get("gap")
            # By today's event rate; an outage may lose the events of its duration.
            most = None if gap is None else float(most_lost(gap + BY_EVENT[1]))
            yield (name, LOST), Figure(float(len(stored["lost"])), EVENTS, most)


#: Product facts that must be equal for runs to be comparable, and their names.
_ALIKE = {"kernel": "kernel", "mysql": "MySQL", "hosts": "hosts"}
#: One shared dictionary for each verdict saves memory.
_ENTRIES: dict[str, dict[str, str]] = {}


class StoredRun(NamedTuple):
    """The kept part of a run. `page`: its report, or another file to open; `alike`: what comparable runs share."""

    run_id: str
    started: float
    finished: float
    result: str
    sealed: bool
    page: Path
    alike: str
    #: For the ledger of flakes: target, commit, dirty, product, and verdicts.
    signoff: Mapping[str, Any]
    levels: Mapping[str, str]
    #: First message lines of failures and errors.
    messages: Mapping[str, str]
    figures: Mapping[tuple[str, str], Figure]

    def verdict(self, requirement_id: str) -> str:
        """Return the verdict on a requirement; "" if this run did not have it."""
        found: str = self.signoff["requirements"].get(requirement_id, {}).get("verdict", "")
        return found


class Candidate(NamedTuple):
    """A run that may be read. If its head is unreadable, the run is read in any case."""

    path: Path
    target: str
    started: float


def candidates(paths: Iterable[Path]) -> Iterator[Candidate]:
    """Yield the runs in these folders and archives; each path is a run or holds runs."""
    for path in paths:
        runs = [path] if is_archive(path) or (path / SIGNOFF).exists() else sorted(path.glob(f"*/{SIGNOFF}"))
        yield from (_candidate(one.parent if one.name == SIGNOFF else one) for one in runs)


def _candidate(path: Path) -> Candidate:
    head = head_of(path)
    return Candidate(path, head.target if head.started else "", head.started)


def newest(found: Iterable[Candidate], most: int) -> tuple[list[Candidate], int]:
    """Return the `most` newest runs of each target, and how many are left out."""
    by_target = defaultdict[str, list[Candidate]](list)
    for one in found:
        by_target[one.target].append(one)
    chosen, left_out = by_target.pop("", []), 0
    for runs in by_target.values():
        runs.sort(key=lambda one: one.started, reverse=True)
        chosen += runs[:most]
        left_out += max(0, len(runs) - most)
    return chosen, left_out


def read(found: Iterable[Candidate], pass_over: Callable[[str], object]) -> list[StoredRun]:
    """Return the runs, the oldest first; report a run that cannot be read in one line, and skip it."""
    runs: dict[tuple[str, float], StoredRun] = {}
    for one in found:
        try:
            run = stored(one.path)
        except ConformanceError as problem:
            pass_over(str(problem))
        else:
            # A run and its archive or copy count as one run.
            runs.setdefault((run.run_id, run.started), run)
    return sorted(runs.values(), key=lambda run: (run.started, run.run_id))


def stored(path: Path) -> StoredRun:
    """Return the kept part of the run in a folder or archive. ConformanceError if it cannot be read."""
    signoff = signoff_of(path)
    requirements = signoff["requirements"]
    product = signoff["product"]
    same = [f"{name} {_short(product[key])}" for key, name in _ALIKE.items() if product.get(key)]
    try:
        found = dict(figures(signoff))
        numbers = [signoff["started"], signoff["finished"]]
        numbers += [one for each in found.values() for one in (each.value, each.budget) if one is not None]
        if not all(map(math.isfinite, numbers)):
            # JSON has no such number, but Python's reader accepts it.
            raise ValueError("a number in it is not a number")
        return StoredRun(
            run_id=signoff["run_id"],
            started=float(signoff["started"]),
            finished=float(signoff["finished"]),
            result=signoff["result"],
            sealed=is_archive(path) or (path / MANIFEST).is_file(),
            page=next((one for one in (path / PAGE, path / SIGNOFF) if one.is_file()), path),
            alike=", ".join([signoff["target"], *same]),
            signoff={
                **{key: signoff[key] for key in ("run_id", "target", "commit", "dirty")},
                "product": {key: value for key, value in product.items() if isinstance(value, str)},
                "requirements": {
                    name: _ENTRIES.setdefault(one["verdict"], {"verdict": one["verdict"]})
                    for name, one in requirements.items()
                },
            },
            levels={name: one["level"] for name, one in requirements.items()},
            messages={
                name: one["message"].partition("\n")[0]
                for name, one in requirements.items()
                if one["verdict"] in ("fail", "error")
            },
            figures=found,
        )
    except (KeyError, TypeError, ValueError, ArithmeticError) as problem:
        # The schema checks types only, not whether values fit together.
        raise ConformanceError(f"{path}: nothing can be made of it ({problem!r})", "take an undamaged run") from None


def _short(value: object) -> str:
    """Return the text without the coordinates or the reason beside it."""
    text = str(value).partition(", because")[0]
    parts = text.split(":")
    return parts[2] if len(parts) == 4 else text
