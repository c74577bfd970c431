"""The verdicts of a run's tests as they end, stored beside its observations, so that the sign-off can be derived again.

`catalogue.json` lists the requirements; `verdicts.jsonl` has one line for each event of a test.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from conformance.evidence.redaction import Redactor
from conformance.files.disk import writing
from conformance.judgement.catalogue import Catalogue
from conformance.judgement.verdict import Verdict

LINES = "verdicts.jsonl"
CATALOGUE = "catalogue.json"


class Found(NamedTuple):
    """What one test found, the observations it cited (id and sha256), and its deviations of name."""

    findings: tuple[tuple[Verdict, str], ...]
    seconds: float = 0.0
    evidence: Mapping[str, str] | None = None
    deviations: tuple[str, ...] = ()


class VerdictRecord:
    """Appends to the evidence folder `folder`: each finding at once, the list of tests with the first of them."""

    def __init__(self, folder: Path, redactor: Redactor) -> None:
        self._folder = folder
        self._redactor = redactor
        self._lines: TextIO | None = None

    def begin(
        self, about: Mapping[str, Any], catalogue: Catalogue, built: Iterable[str], proven: Mapping[str, str | None]
    ) -> None:
        """Write the run's description and catalogue. `built`: ids with a test; `proven`: what failed each."""
        self._append({"begun": self._redactor.answer(dict(about))})
        owned = set(built)
        requirements = [
            {
                "id": one.id,
                "level": one.level.value,
                "kind": one.kind.value,
                "sentence": one.sentence,
                "section": one.section,
                "follows": list(one.follows),
                "needs": [need.value for need in one.capabilities],
                "built": one.id in owned,
                "sabotage_proof": proven.get(one.id),
            }
            for one in catalogue.values()
        ]
        text = json.dumps(requirements, indent=1) + "\n"
        with writing(self._folder):
            (self._folder / CATALOGUE).write_text(text, encoding="ascii")

    def selected(self, test_id: str, requirement_ids: Iterable[str]) -> None:
        """A test was selected."""
        self._append({"selected": self._redactor.text(test_id), "requirements": list(requirement_ids)}, flush=False)

    def left_out(self, test_id: str, requirement_ids: Iterable[str]) -> None:
        """Note that a test of the suites was deselected."""
        self._append({"left_out": self._redactor.text(test_id), "requirements": list(requirement_ids)}, flush=False)

    def ended(self, test_id: str, found: Found) -> None:
        """Note that all phases of a test are over."""
        self._append({"ended": self._redactor.text(test_id), **self._as_json(found)})

    def close(self, unfinished: Mapping[str, Found], *, broken_off: bool) -> None:
        """The run is over: write the findings of unfinished tests, and whether the run was aborted."""
        for test_id, found in unfinished.items():
            self._append({"unfinished": self._redactor.text(test_id), **self._as_json(found)})
        self._append({"run": "broken off" if broken_off else "ended"})
        if self._lines:
            with writing(self._folder):
                self._lines.close()
            self._lines = None

    def write_again(self, digests: Mapping[str, str]) -> None:
        """After `close`: mask what was learned since, and cite changed observations by their new sha256."""
        path = self._folder / LINES
        lines = [self._redactor.answer(json.loads(line)) for line in path.read_text(encoding="ascii").splitlines()]
        for line in lines:
            if "evidence" in line:
                line["evidence"] = {one: digests.get(one, digest) for one, digest in line["evidence"].items()}
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="ascii")

    def _append(self, line: dict[str, Any], *, flush: bool = True) -> None:
        with writing(self._folder):
            if self._lines is None:
                self._folder.mkdir(parents=True, exist_ok=True)
                self._lines = (self._folder / LINES).open("a", encoding="ascii")
            self._lines.write(json.dumps(line) + "\n")
            if flush:
                self._lines.flush()

    def _as_json(self, found: Found) -> dict[str, Any]:
        mask = self._redactor.text
        return {
            "findings": [{"verdict": verdict.value, "message": mask(message)} for verdict, message in found.findings],
            "seconds": round(found.seconds, 3),
            "evidence": dict(found.evidence or {}),
            "deviations": [mask(text) for text in found.deviations],
        }
