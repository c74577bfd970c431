"""Finds stored runs and keeps of each what the history shows; thousands of runs fit into memory."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.archive.archive import is_archive
from conformance.disruption.failover.phase import BY_EVENT
from conformance.disruption.failover.record import most_lost
from conformance.errors import ConformanceError
from conformance.evidence.bundle import MANIFEST, SIGNOFF
from conformance.evidence.stored_run import head_of
from reports.fault_effects import stored_hop
from reports.history.used import signoff_of
from reports.page.render import FILE as PAGE

#: Names of the figures that each run has.
WHOLE = "Whole run"
BOOT, TOTAL = "boot", "total"
LOST = "accepted events that the store misses"
SECONDS, EVENTS = "s", "events"
#: What runs of before version 1.0 call a phase, and what it is called today.
_RENAMED = {"first event processed and put out": "first event processed and emitted"}


@dataclass(frozen=True)
class Figure:
    """A number, None where it was looked for and never came; `budget` None: there is none."""

    value: float | None
    unit: str
    budget: float | None = None


def figures(signoff: Mapping[str, Any]) -> Iterator[tuple[tuple[str, str], Figure]]:
    """By scenario and name."""
    time = signoff["time"]
    yield (WHOLE, BOOT), Figure(time[BOOT] or None, SECONDS)
    yield (WHOLE, TOTAL), Figure(time[TOTAL], SECONDS)
    for scenario in signoff["failovers"]:
        name = f"{scenario['kind']}: {scenario['name']}"
        for phase in scenario["phases"]:
            called = _RENAMED.get(phase["name"], phase["name"])
            yield (name, called), Figure(phase["seconds"], SECONDS, phase["budget"])
        if (stored := stored_hop(scenario)) is not None:
            gap = scenario.get("gap")
            # By today's rate of the flow; an outage may lose what it lasts.
            most = None if gap is None else float(most_lost(gap + BY_EVENT[1]))
            yield (name, LOST), Figure(float(len(stored["lost"])), EVENTS, most)


#: What of a product makes runs of one target comparable, with how it is called.
_ALIKE = {"kernel": "kernel", "mysql": "MySQL", "hosts": "hosts"}
#: One dictionary for each verdict, however many runs have it.
_ENTRIES: dict[str, dict[str, str]] = {}


@dataclass(frozen=True)
class StoredRun:
    """What is kept of a run. `page` is its report, or what else can be opened; `alike` is what it is compared by."""

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
    #: First lines of the messages of what failed or was an error.
    messages: Mapping[str, str]
    figures: Mapping[tuple[str, str], Figure]

    def verdict(self, requirement_id: str) -> str:
        """Verdict on a requirement; "" for one that this run did not know."""
        found: str = self.signoff["requirements"].get(requirement_id, {}).get("verdict", "")
        return found


@dataclass(frozen=True)
class Candidate:
    """A run that may be read. Without a readable head it is read in any case."""

    path: Path
    target: str
    started: float


def candidates(paths: Iterable[Path]) -> Iterator[Candidate]:
    """The runs that these folders and archives are, or hold."""
    for path in paths:
        runs = [path] if is_archive(path) or (path / SIGNOFF).exists() else sorted(path.glob(f"*/{SIGNOFF}"))
        yield from (_candidate(one.parent if one.name == SIGNOFF else one) for one in runs)


def _candidate(path: Path) -> Candidate:
    head = head_of(path)
    return Candidate(path, head.target if head.started else "", head.started)


def newest(found: Iterable[Candidate], most: int) -> tuple[list[Candidate], int]:
    """The `most` newest of each target, and how many are left out."""
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
    """The runs, the oldest first; what cannot be read is said in one line, and passed over."""
    runs: dict[tuple[str, float], StoredRun] = {}
    for one in found:
        try:
            run = stored(one.path)
        except ConformanceError as problem:
            pass_over(str(problem))
        else:
            # A run and its archive, or a copy of it, are one run.
            runs.setdefault((run.run_id, run.started), run)
    return sorted(runs.values(), key=lambda run: (run.started, run.run_id))


def stored(path: Path) -> StoredRun:
    """What is kept of the run in a folder or archive. ConformanceError for one that cannot be read."""
    signoff = signoff_of(path)
    requirements = signoff["requirements"]
    product = signoff["product"]
    same = [f"{name} {_short(product[key])}" for key, name in _ALIKE.items() if product.get(key)]
    try:
        found = dict(figures(signoff))
        numbers = [signoff["started"], signoff["finished"]]
        numbers += [one for each in found.values() for one in (each.value, each.budget) if one is not None]
        if not all(map(math.isfinite, numbers)):
            # JSON has no such number, Python's reader takes it.
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
                "requirements": {name: _entry(one["verdict"]) for name, one in requirements.items()},
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
        # The schema knows types, not what they say together.
        raise ConformanceError(f"{path}: nothing can be made of it ({problem!r})", "take an undamaged run") from None


def _short(value: object) -> str:
    """Without the coordinates, or the reason, that stand beside it."""
    text = str(value).partition(", because")[0]
    parts = text.split(":")
    return parts[2] if len(parts) == 4 else text


def _entry(verdict: str) -> dict[str, str]:
    return _ENTRIES.setdefault(verdict, {"verdict": verdict})
