"""The stream as log lines: one per event, with the time of day, and never silent for long."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from conformance.progress.state import State, minutes
from conformance.text.scenario_names import titled

#: Seconds of silence after which a line says what is awaited.
SILENT = 12.0


class Lines:
    """A view that writes lines with `write` (text with its line end)."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write
        self._wrote = 0.0

    def record(self, record: dict[str, Any], state: State) -> None:
        """Write a line if the record deserves one."""
        at, text = float(record["at"]), _text(record, state)
        # The first pause begins with the first record.
        self._wrote = self._wrote or at
        if text:
            self._line(at, text)

    def look(self, state: State, now: float) -> None:
        """After a silence, write that the run is alive and what it waits for."""
        if self._wrote and now - self._wrote >= SILENT:
            head, *rest = state.lines(now)
            waits = [one for one in rest if one.startswith("waiting for ")]
            self._line(now, "; ".join(waits or rest[:1] or [head]))

    def close(self) -> None:
        """Does nothing."""

    def _line(self, at: float, text: str) -> None:
        self._wrote = at
        self._write(f"{datetime.fromtimestamp(at).astimezone():%H:%M:%S}  {text}\n")


def missed(record: dict[str, Any]) -> str:
    """A text for a wait without success; the run goes on, and its verdicts judge that."""
    return f"not seen within {record['seconds']:.0f} s, the run goes on: {record['what']}"


def _text(record: dict[str, Any], state: State) -> str:
    kind = record["kind"]
    if kind == "estimate":
        where = ", as on two cores: this machine has not done all of it before" if record.get("elsewhere") else ""
        return f"about {max(1, round(record['seconds'] / 60))} min for the whole run{where}"
    if kind == "stage":
        expected = record.get("expected")
        return f"{record['name']} ..." + (f" (about {expected:.0f} s)" if expected is not None else "")
    if kind == "staged":
        return f"{record['name']}: {record['seconds']:.1f} s"
    if kind == "broken":
        return f"{record['name']}: FAILED"
    if kind == "scenario":
        left = f", about {minutes(state.left)} left of the run" if state.left is not None else ""
        return f"{state.scenario}{left}"
    if kind == "scenario_end":
        return f"{titled(record['name'])}: {record['seconds']:.0f} s"
    if kind == "did":
        return f"  {state.did[-1]}"
    if kind == "waited" and not record["seen"]:
        return f"  {missed(record)}"
    if kind == "tests" and record.get("change"):
        done, total, failed = state.tests
        return f"{state.phase}: {done} of {total} tests are over" + (f", {failed} failed" if failed else "")
    return ""
