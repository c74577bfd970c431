"""What a trial found, as lines for a terminal: the differences and diffs first, what counts last."""

from collections.abc import Iterable, Iterator

from conformance.session.commands.pack_try.judged import Verdicts
from conformance.session.commands.pack_try.step_trial import StepOutcome
from conformance.session.commands.pack_try.unlike import Difference


def unlike(found: Iterable[Difference]) -> Iterator[str]:
    """What of the home is unlike the lab's own pack."""
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
    """One line a step: what became of it."""
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
    """How many requirements of files the pair meets, and each that it does not, or that could not be judged."""
    counts = ", ".join(f"{len(found.of(one))} {one}" for one in ("pass", "fail", "error", "not-assessed"))
    yield f"the pair by the requirements of files: {counts}; bundles are listed and not copied, so PRE-02 is open"
    for verdict in ("fail", "error", "not-assessed"):
        for name in found.of(verdict):
            one = found.results[name]
            yield f"  {verdict:12} {name} ({one['level']}) {one['message'].partition(chr(10))[0]}"
    yield f"  report       {found.folder}/signoff.html"
