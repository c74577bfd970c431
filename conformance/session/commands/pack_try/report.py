"""The result of a trial as lines for a terminal: first differences and diffs, then the summary."""

from collections.abc import Iterable, Iterator

from conformance.session.commands.pack_try.judged import Verdicts
from conformance.session.commands.pack_try.step_trial import StepOutcome
from conformance.session.commands.pack_try.unlike import Difference


def unlike(found: Iterable[Difference]) -> Iterator[str]:
    """How the home differs from the lab's own pack."""
    lines = [f"  {one.what:21} {one.here} (lab: {one.lab})" for one in found]
    yield "unlike the lab's own pack:" if lines else "unlike the lab's own pack: nothing of the list"
    yield from lines


def diffs(outcomes: Iterable[StepOutcome]) -> Iterator[str]:
    """What each step changed in the first node's home."""
    for outcome in outcomes:
        yield f"step {outcome.step.number}, {outcome.step.title}:{'' if outcome.changes else ' no change'}"
        for change in outcome.changes:
            yield from change.diff()


def steps(outcomes: Iterable[StepOutcome]) -> Iterator[str]:
    """One line per step with its result."""
    for outcome in outcomes:
        yield f"  {outcome.step.number:4} {outcome.step.title:36} {_became(outcome)}"


def _became(outcome: StepOutcome) -> str:
    changed = ", ".join(f"{one.path} +{one.added} -{one.removed}" for one in outcome.changes)
    if outcome.problem:
        return f"FAILED: {outcome.problem}"
    if outcome.missing:
        return f"not tried: {outcome.missing} is not in this home{f'; before that {changed}' if changed else ''}"
    return changed or "nothing to change"


def verdicts(found: Verdicts) -> Iterator[str]:
    """Counts of the file requirements' verdicts, and each that fails or could not be judged."""
    counts = ", ".join(f"{len(found.of(one))} {one}" for one in ("pass", "fail", "error", "not-assessed"))
    yield f"the pair by the requirements of files: {counts}; bundles are listed and not copied, so PRE-02 is open"
    for verdict in ("fail", "error", "not-assessed"):
        for name in found.of(verdict):
            one = found.results[name]
            yield f"  {verdict:12} {name} ({one['level']}) {one['message'].partition(chr(10))[0]}"
    yield f"  report       {found.folder}/signoff.html"
