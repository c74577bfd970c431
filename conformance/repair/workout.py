"""Works out a repair: applies remedies and judges again until no failure is left that a remedy could repair."""

from collections.abc import Callable, Collection, Generator, Iterable
from dataclasses import replace

from conformance.judgement.catalogue import Catalogue
from conformance.judgement.verdict import RequirementResult, Verdict
from conformance.repair import clustering, datasources, event_processor, record_stores, registry, spark, undecided
from conformance.repair.bench import Bench
from conformance.repair.desk import Desk, Remedy, what_is_known
from conformance.repair.outcome import Outcome, Results, broken
from conformance.repair.overlay import DraftedDeployment
from conformance.repair.question import Question, once

#: In order of dependence: a datasource before the names that lead to it, addresses last.
REMEDIES: tuple[Remedy, ...] = (
    *datasources.REMEDIES,
    *record_stores.REMEDIES,
    *registry.REMEDIES,
    *datasources.LATER,
    *registry.LATER,
    *clustering.REMEDIES,
    *event_processor.REMEDIES,
    *spark.REMEDIES,
)
#: Each round may reveal hidden failures; more rounds would go in circles.
_ROUNDS = 4

#: Judges the file requirements of a deployment.
Judge = Callable[[DraftedDeployment], Results]


def work_out(bench: Bench, before: Results, judge: Judge, catalogue: Catalogue) -> Outcome:
    """Repair what failed `before`, as far as it follows from the page and the homes."""
    work = working_out(bench, before, catalogue)
    try:
        drafted = next(work)
        while True:
            drafted = work.send(judge(drafted))
    except StopIteration as end:
        outcome: Outcome = end.value
        return outcome


def working_out(bench: Bench, before: Results, catalogue: Catalogue) -> Generator[DraftedDeployment, Results, Outcome]:
    """Like `work_out`, for callers with their own loop: yields what to judge and receives the results."""
    wanted, after = list(broken(before)), before
    for _ in range(_ROUNDS):
        known = bench.contents
        _apply(bench, wanted)
        if bench.contents == known:
            break
        after = yield bench.deployment
        if set(broken(after)) <= set(wanted):
            break
        wanted = list(dict.fromkeys([*wanted, *broken(after)]))
    questions = _questions(bench, {name: after[name] for name in broken(after)}, catalogue)
    problems = tuple(f"{name} of {node}: {why}" for (name, node), why in bench.problems.items())
    return Outcome(before, after, dict(bench.drafts), tuple(questions), problems)


def untried(bench: Bench, failing: Collection[str], catalogue: Catalogue) -> list[Question]:
    """Apply the remedies for failing requirements without judging again; returns the questions if all still failed."""
    _apply(bench, failing)
    known = [catalogue[name] for name in failing]
    return _questions(
        bench, {one.id: RequirementResult(one.id, one.level, one.kind, Verdict.FAIL) for one in known}, catalogue
    )


def _apply(bench: Bench, wanted: Collection[str]) -> None:
    """Apply all remedies for these requirements until nothing changes: one may enable another."""
    for _ in range(_ROUNDS):
        known = bench.contents
        bench.questions.clear()
        for remedy in REMEDIES:
            for node in bench.nodes if remedy.requirement in wanted else ():
                _remedied(bench, remedy, node.name)
        if bench.contents == known:
            return


def _remedied(bench: Bench, remedy: Remedy, node: str) -> None:
    try:
        with what_is_known():
            remedy.apply(Desk(bench, node, remedy.requirement))
    except Exception as problem:
        # After any error, other requirements and the other node are still repaired.
        bench.problems[remedy.requirement, node] = f"{problem!r} - report it, the suite is at fault"


def _questions(bench: Bench, left: Results, catalogue: Catalogue) -> list[Question]:
    """The open question of each remaining requirement, and those for passwords, which no patch contains.

    A failure that follows from another has no question of its own unless it asks one.
    """
    asked = [one for one in bench.questions if set(one.requirements) & set(left) or not one.decides]
    for name, result in left.items():
        if any(name in one.requirements for one in asked):
            continue
        causes = [one for one in asked if set(one.requirements) & set(result.follows_from)]
        asked += [replace(one, requirements=(name,)) for one in causes[:1]] or [
            undecided.question(catalogue[name], result.message)
        ]
    return once([*asked, *spark.questions(bench), *_passwords(bench)])


def _passwords(bench: Bench) -> Iterable[Question]:
    """No patch contains a password, so there is one question per account."""
    places: dict[str, dict[tuple[str, str], list[str]]] = {}
    for node in bench.nodes:
        for one in datasources.without_password(Desk(bench, node.name, "DS-04")):
            nodes = places.setdefault(str(one.username), {}).setdefault((one.path, str(one.name)), [])
            nodes.append(node.name)
    for user, found in places.items():
        files: dict[str, list[str]] = {}
        for (path, name), nodes in found.items():
            files.setdefault(f"{path} of {' and '.join(nodes)}", []).append(name)
        there = "; ".join(f"{file}: {', '.join(names)}" for file, names in files.items())
        yield Question((), f"Which is the password of the account {user!r}?", f"write it into {there}")
