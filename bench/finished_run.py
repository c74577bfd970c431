"""A conformance run that is over: its sign-off, and the verdict of each of its tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from conformance.archive.archive import is_archive
from conformance.errors import ConformanceError
from conformance.evidence.bundle import EVIDENCE, SIGNOFF, open_bundle
from conformance.evidence.stored_run import find, signoff_of
from conformance.evidence.verdict_record import LINES
from conformance.judgement.verdict import Result, Verdict, worst

#: The verdict of a test that was selected and did not come to its end, and of a test that the run does not know.
NOT_RUN, UNKNOWN = "not run", "–"


@dataclass(frozen=True)
class FinishedRun:
    """`signoff` is empty when the run left none, `problem` then says why. `tests` gives a verdict by test id.

    `peak_bytes` of memory are known of a run that was made just now.
    """

    run_id: str
    signoff: Mapping[str, Any]
    tests: Mapping[str, str] = field(default_factory=dict)
    proves: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str = ""
    peak_bytes: int = 0

    @classmethod
    def stored(cls, run: str, out: Path) -> FinishedRun:
        """The run of a folder or archive, or of an id below `out`. ConformanceError when it cannot be read."""
        for folder in (Path(run), out / run):
            if folder.is_dir() and not (folder / SIGNOFF).exists():
                return cls(folder.resolve().name, {}, problem=f"no {SIGNOFF}")
        path = find(run, out)
        signoff = signoff_of(path)
        tests: dict[str, str] = {}
        proves: dict[str, tuple[str, ...]] = {}
        for line in _lines(path):
            state, name = next(iter(line.items()))
            if state == "selected":
                tests[name], proves[name] = NOT_RUN, tuple(line["requirements"])
            elif state in ("ended", "unfinished"):
                tests[name] = _verdict(line, ended=state == "ended")
        return cls(str(signoff["run_id"]), signoff, tests, proves)

    @property
    def result(self) -> str:
        """What the sign-off says, or why there is none."""
        return str(self.signoff["result"]) if self.signoff else self.problem

    @property
    def complete(self) -> bool:
        """Whether the run came to its end: only then does a requirement that was not assessed say something."""
        return bool(self.signoff) and self.result != Result.INCOMPLETE.value

    @property
    def target(self) -> str:
        """Kind of the target, without the path of an attached or stored one; "" for a run without a sign-off."""
        return str(self.signoff.get("target", "")).partition(":")[0]

    @property
    def requirements(self) -> Mapping[str, Mapping[str, Any]]:
        """Entries of the sign-off by requirement id."""
        entries: Mapping[str, Mapping[str, Any]] = self.signoff.get("requirements", {})
        return entries

    @property
    def scenarios(self) -> list[Mapping[str, Any]]:
        """Failovers and outages in the order of the run."""
        return list(self.signoff.get("failovers", ()))

    @property
    def repairs(self) -> list[str]:
        """What the suite did to make the cluster healthy again, each repair once."""
        return self._texts("repairs")

    @property
    def spark_given_up(self) -> list[str]:
        """Each time that Spark had given its application up, and nothing else was missing."""
        return self._texts("gave_up")

    @property
    def restored(self) -> list[str]:
        """Each time that the nodes were restarted because they ran with the settings of an earlier scenario."""
        return self._texts("restored")

    def _texts(self, name: str) -> list[str]:
        return list(dict.fromkeys(str(text) for one in self.scenarios for text in one.get(name, [])))


def _lines(run: Path) -> Iterator[dict[str, Any]]:
    name = f"{EVIDENCE}/{LINES}"
    try:
        data = open_bundle(run).file(name) if is_archive(run) else (run / name).read_bytes()
    except FileNotFoundError:
        return
    # A run that was killed while it wrote leaves a piece of a line.
    for number, line in enumerate(data[: data.rfind(b"\n") + 1].splitlines(), 1):
        try:
            yield dict(json.loads(line))
        except (ValueError, TypeError) as problem:
            raise ConformanceError(
                f"{run}: {name}:{number} is no record of a test ({problem})", "take an undamaged run"
            ) from None


def _verdict(line: Mapping[str, Any], *, ended: bool) -> str:
    """The worst of a test's findings; one that did not come to its end still says what it broke."""
    found = [Verdict(one["verdict"]) for one in line["findings"]]
    if not ended:
        found = [one for one in found if one in (Verdict.FAIL, Verdict.ERROR)]
    return worst(found).value if found else NOT_RUN
