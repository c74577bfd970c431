"""The result of a repair: failures before and after, the patches, and what is left to the operator."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from conformance.judgement.verdict import RequirementResult, Verdict
from conformance.repair.draft import Draft
from conformance.repair.question import Question

#: Folder of the patches in a run's folder.
FOLDER = "repair"
#: A waived failure is repaired like any other.
BROKEN = (Verdict.FAIL, Verdict.WAIVED)
Results = Mapping[str, RequirementResult]


class Outcome(NamedTuple):
    """`before` and `after` are results of file requirements; `problems` have one line each."""

    before: Results
    after: Results
    drafts: Mapping[tuple[str, str], Draft]
    questions: tuple[Question, ...]
    problems: tuple[str, ...] = ()

    @property
    def patches(self) -> dict[str, bytes]:
        """One patch per changed node, with paths relative to the node's home."""
        found: dict[str, bytes] = {}
        for (node, _), draft in sorted(self.drafts.items()):
            if draft.patch:
                found[node] = found.get(node, b"") + draft.patch
        return found

    def without(self, changed: Collection[tuple[str, str]]) -> Outcome:
        """Without patches for files that have changed since they were judged."""
        return self._left_out(changed, "was changed while it was judged, so it has no patch; repair again")

    def shown(self, mask: Callable[[str], str]) -> Outcome:
        """Without patches that contain something to mask: none should exist, and none may get out."""

        def showable(patch: bytes) -> bool:
            text = patch.decode("utf-8", "surrogateescape")
            return mask(text) == text

        hidden = [place for place, draft in self.drafts.items() if not showable(draft.patch)]
        return self._left_out(hidden, "its patch would show a secret, so it is left out; change it by hand")

    def _left_out(self, places: Collection[tuple[str, str]], why: str) -> Outcome:
        lines = [f"{node} {path}: {why}" for node, path in places]
        kept = {place: draft for place, draft in self.drafts.items() if place not in places}
        return self._replace(drafts=kept, problems=(*self.problems, *lines))

    @property
    def files(self) -> dict[str, bytes]:
        """The patches by path in the run's folder."""
        return {f"{FOLDER}/{node}.patch": patch for node, patch in self.patches.items()}

    @property
    def repaired(self) -> list[str]:
        """Requirements that failed before and do not fail any more."""
        open_ones = {*self.left, *self.unjudged}
        return [name for name in broken(self.before) if name not in open_ones]

    @property
    def left(self) -> list[str]:
        """Requirements that still fail."""
        return broken(self.after)

    @property
    def unjudged(self) -> list[str]:
        """Requirements that could not be judged, for at least one of the homes."""
        return [name for name, one in self.after.items() if one.verdict is Verdict.ERROR]

    def as_json(self) -> dict[str, Any]:
        """Return the outcome for the sign-off."""
        return {
            "before": {name: one.verdict.value for name, one in self.before.items()},
            "after": {name: one.verdict.value for name, one in self.after.items()},
            "repaired": self.repaired,
            "left": {name: self.after[name].message.partition("\n")[0] for name in self.left},
            "unjudged": {name: self.after[name].message.partition("\n")[0] for name in self.unjudged},
            "patches": [
                {
                    "node": node,
                    "file": f"{FOLDER}/{node}.patch",
                    "changes": [
                        {
                            "path": path,
                            "requirements": sorted({name for one in draft.replacements for name in one.wanted_by}),
                            "replacements": [one.as_json() for one in draft.replacements],
                        }
                        for (name, path), draft in sorted(self.drafts.items())
                        if name == node and draft.patch
                    ],
                }
                for node in self.patches
            ],
            "questions": [one.as_json() for one in self.questions],
            "problems": list(self.problems),
        }


def broken(results: Results) -> list[str]:
    """Requirements that fail, in order."""
    return [name for name, one in results.items() if one.verdict in BROKEN]
