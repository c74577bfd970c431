"""The current state from all records of a run: scenario, latest actions, waits, remaining time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from conformance.text.scenario_names import titled

#: Kinds of records that change the display.
KINDS = {"run", "left", "tests", "stage", "part", "staged", "broken", "scenario", "scenario_end"}
KINDS |= {"did", "wait", "waited", "events", "end"}
#: Maximum number of actions shown for a scenario.
SHOWN = 8
#: Maximum number of waits shown.
WAITS = 3
#: Seconds by which a step may be slower than usual before it is mentioned.
PATIENCE = 10.0


class Wait(NamedTuple):
    """A wait since `since` (epoch seconds), too late after `limit` seconds and given up after `until`."""

    what: str
    since: float
    limit: float
    until: float

    def text(self, now: float) -> str:
        """Describe the wait for a reader; a wait over its limit means that something does not answer."""
        seconds = now - self.since
        over = "" if seconds <= self.limit + 1 else f" (too late; up to {self.until:g} s to see how late)"
        over = over if seconds <= self.until + 1 else " (over its limit: what is asked does not answer)"
        return f"waiting for {self.what}, {seconds:.0f} s of {self.limit:g}{over}"


@dataclass
class State:
    """Takes records one by one; times are epoch seconds. A record only changes what it mentions."""

    run_id: str = ""
    target: str = ""
    begun: float = 0.0
    last: float = 0.0
    #: Remaining seconds of the run, None without an earlier run; the part of them for the current step; and since when.
    left: float | None = None
    step: float = 0.0
    left_at: float = 0.0
    phase: str = ""
    tests: tuple[int, int, int] = (0, 0, 0)
    stage: tuple[str, float | None, float] | None = None
    part: str = ""
    scenario: str = ""
    scenario_since: float = 0.0
    did: list[str] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)
    events: tuple[float, float, float | None] | None = None
    result: str = ""

    def take(self, record: Mapping[str, Any]) -> None:
        """Take a record. One of an unknown kind only shows that the run is alive."""
        self.last = float(record["at"])
        self.begun = self.begun or self.last
        kind = record.get("kind")
        if kind in KINDS:
            getattr(self, f"_{kind}")(record)

    def _run(self, record: Mapping[str, Any]) -> None:
        self.run_id, self.target = str(record["run_id"]), str(record["target"])
        self.begun = min(self.begun, float(record.get("since", self.begun)))

    def _left(self, record: Mapping[str, Any]) -> None:
        self.left, self.left_at = float(record["seconds"]), self.last
        self.step = float(record.get("step", self.left))

    def _tests(self, record: Mapping[str, Any]) -> None:
        self.phase = str(record["phase"])
        self.tests = int(record["done"]), int(record["total"]), int(record["failed"])
        if not self.scenario and not self.stage:
            # The start is over.
            self.did.clear()

    def _stage(self, record: Mapping[str, Any]) -> None:
        expected = record.get("expected")
        self.stage, self.part = (str(record["name"]), None if expected is None else float(expected), self.last), ""

    def _part(self, record: Mapping[str, Any]) -> None:
        self.part = f", {100 * int(record['done']) // max(1, int(record['total']))} %"

    def _staged(self, record: Mapping[str, Any]) -> None:
        self.stage = None
        self._add(f"{record['name']} {float(record['seconds']):.1f} s")

    def _broken(self, record: Mapping[str, Any]) -> None:
        self.stage = None
        self._add(f"{record['name']} FAILED")

    def _scenario(self, record: Mapping[str, Any]) -> None:
        self.scenario = f"scenario {record['number']} of {record['of']}: {titled(str(record['name']))}"
        self.scenario_since = self.last
        self.did.clear()

    def _scenario_end(self, _record: Mapping[str, Any]) -> None:
        self.scenario, self.events = "", None
        self.did.clear()

    def _did(self, record: Mapping[str, Any]) -> None:
        seconds = record.get("seconds")
        self._add(str(record["text"]) + ("" if seconds is None else f" {float(seconds):.1f} s"))

    def _wait(self, record: Mapping[str, Any]) -> None:
        limit = float(record["limit"])
        self.waits.append(Wait(str(record["what"]), float(record["since"]), limit, float(record.get("until", limit))))

    def _waited(self, record: Mapping[str, Any]) -> None:
        ended = next((one for one in self.waits if one.what == record["what"]), None)
        if ended:
            self.waits.remove(ended)

    def _events(self, record: Mapping[str, Any]) -> None:
        stored = record.get("stored")
        self.events = float(record["sent"]), float(record["accepted"]), None if stored is None else float(stored)

    def _end(self, record: Mapping[str, Any]) -> None:
        self.result = str(record.get("result", "ended"))

    def _add(self, text: str) -> None:
        self.did = [*self.did[1 - SHOWN :], text]

    def lines(self, now: float) -> list[str]:
        """The display, from the whole run down to the waits; `now` is the time."""
        found = [self._headline(now)]
        if self.stage:
            name, expected, since = self.stage
            found.append(f"{name}, {now - since:.0f} s" + (f" of about {expected:.0f}" if expected else "") + self.part)
        if self.scenario:
            found.append(f"{self.scenario}, {now - self.scenario_since:.0f} s")
        if self.did:
            found.append(" · ".join(self.did))
        found += [wait.text(now) for wait in self.waits[-WAITS:]]
        if self.events:
            sent, accepted, stored = self.events
            kept = "–" if stored is None else f"{stored:.0f}"
            found.append(f"events a second: {sent:.0f} sent, {accepted:.0f} accepted, {kept} stored")
        return found

    def _headline(self, now: float) -> str:
        done, total, failed = self.tests
        parts = [f"run {self.run_id}, {self.target}" if self.run_id else ""]
        parts.append(minutes(now - self.begun) if self.begun else "begins")
        parts.append(self.remaining(now))
        if total:
            parts.append(f"{self.phase}: test {done} of {total}" + (f", {failed} failed" if failed else ""))
        return " · ".join(filter(None, parts))

    def remaining(self, now: float) -> str:
        """The remaining time in words. A step counts down to its usual end; after that, only the others count."""
        if self.left is None:
            return ""
        spent = now - self.left_at
        late, left = spent > self.step + PATIENCE, minutes(self.left - min(spent, self.step))
        if left == "0:00":
            return "longer than usual" if late else "about to end"
        return f"at least {left} left, longer than usual" if late else f"about {left} left"


def minutes(seconds: float) -> str:
    """3:05 for 185 seconds."""
    return f"{int(seconds) // 60}:{int(seconds) % 60:02d}"
