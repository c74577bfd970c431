"""How long each part of a run took: the ledger of its time, starts, phases of failovers, parts of outages."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bench.finished_run import FinishedRun
from bench.results import row
from reports.summary_page import table

#: Name of the duration of a run.
RUN = "the run"


def seconds_of(run: FinishedRun) -> dict[str, float | None]:
    """Seconds by name; None for a phase that never came. What the run did not reach is not in it."""
    signoff = run.signoff
    found: dict[str, float | None] = {}
    if run.complete:
        found[RUN] = float(signoff["finished"]) - float(signoff["started"])
        found |= {f"time ledger: {name}": value for name, value in signoff["time"].items() if name != "total"}
    starts = signoff.get("product", {}).get("start_seconds", {})
    found |= {f"start: {stage}": value for stage, value in starts.items()}
    for scenario in run.scenarios:
        parts = _outage(scenario) if scenario["kind"] == "outage" else _failover(scenario)
        found |= {f"{scenario['kind']} {scenario['name']}: {part}": value for part, value in parts}
    return found


def lines(runs: Sequence[FinishedRun]) -> list[str]:
    """Minimum, median and maximum of each part over the runs, and the number of the slowest run, as Markdown."""
    measured = [seconds_of(run) for run in runs]
    names = dict.fromkeys(name for one in measured for name in one)
    rows = [_row(name, {number: one[name] for number, one in enumerate(measured, 1) if name in one}) for name in names]
    return [*table(("seconds", "min", "median", "max", "slowest run", "runs"), ()), *rows]


def _row(name: str, values: Mapping[int, float | None]) -> str:
    came = {number: value for number, value in values.items() if value is not None}
    never = [str(number) for number, value in values.items() if value is None]
    count = f"{len(values)}, never came in {', '.join(never)}" if never else str(len(values))
    if not came:
        return f"| {name} | – | – | – | – | {count} |"
    return row(name, list(came.values()), f"{max(came, key=came.__getitem__)} | {count}")


def _failover(scenario: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    yield from ((phase["name"], phase["seconds"]) for phase in scenario["phases"])
    yield "all of it", scenario["ended_wall"] - scenario["begun_wall"]


def _outage(scenario: Mapping[str, Any]) -> Iterator[tuple[str, float | None]]:
    yield "fault to healing", scenario["healed_wall"] - scenario["fault_wall"]
    if "settled_wall" in scenario:
        yield "healing to settled", scenario["settled_wall"] - scenario["healed_wall"]
        yield "settled to proven healthy", scenario["ended_wall"] - scenario["settled_wall"]
    yield "all of it", scenario["ended_wall"] - scenario["begun_wall"]
