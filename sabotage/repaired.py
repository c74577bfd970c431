"""Repairs every sabotage of files, and checks that it is undone or becomes a question."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from conformance.evidence.learning import learn_homes
from conformance.evidence.redaction import Redactor
from conformance.judgement.catalogue import Catalogue, Kind, load
from conformance.project import CATALOGUE, SUITES
from conformance.repair.bench import Bench
from conformance.repair.outcome import Outcome
from conformance.repair.workout import working_out
from sabotage import stock_home
from sabotage.catalogue import HOMES
from sabotage.homes import NODES, CannotBreak, Homes
from sabotage.homes_target import HomesDeployment, opened
from sabotage.judge import Opened, Results, Round, judge
from sabotage.matrix import HEALTHY
from sabotage.pair import Pair
from sabotage.repair_expectations import Expected, expected
from sabotage.sabotage import Sabotage

#: Kinds that are judged, because a repair of files can correct them.
_KINDS = (Kind.FILES,)


class Repaired(NamedTuple):
    """One sabotage: the result of its repair, and the files that differ from the original ones, by node and path."""

    sabotage: Sabotage[Homes]
    outcome: Outcome
    different: frozenset[tuple[str, str]]

    def problems(self) -> Iterator[str]:
        """Yield how the result differs from the expected one."""
        name, wanted = self.sabotage.name, expected(self.sabotage)
        asked = {one for question in self.outcome.questions for one in question.requirements}
        left = set(self.outcome.left)
        if wanted is Expected.UNDONE:
            yield from (f"{name}: {one} still fails after the repair" for one in sorted(left))
            yield from (f"{name}: {node} {path} is not what it was before" for node, path in sorted(self.different))
        elif wanted is Expected.HEALTHY:
            yield from (f"{name}: {one} still fails after the repair" for one in sorted(left))
            if not self.different:
                yield f"{name}: everything is as it was, so it is expected to be undone"
        elif not left and not self.outcome.questions:
            yield f"{name}: is repaired, and was expected to be asked about"
        yield from (f"{name}: {one} fails and no question decides it" for one in sorted(left - asked))
        yield from (f"{name}: {one}" for one in self.outcome.problems)


def repairable(sabotages: Iterable[Sabotage[Homes]], catalogue: Catalogue) -> list[Sabotage[Homes]]:
    """Return sabotages that kill a requirement of files."""
    return [one for one in sabotages if any(catalogue[name].kind is Kind.FILES for name in one.kills)]


def repair_all(root: Path, pair: Pair, progress: Callable[[str, int], None]) -> list[Repaired]:
    """Break, repair and judge again for every sabotage of files; `root` is the project. Raises ConformanceError."""
    catalogue = load(root / SUITES / CATALOGUE)
    todo, found = repairable(HOMES, catalogue), list[Repaired]()

    def rounds(results: Mapping[str, Results]) -> Iterator[Round]:
        yield Round(HEALTHY, lambda: nullcontext(opened(pair)))
        for number, one in enumerate(todo):
            progress(one.name, len(todo) - number)
            yield from _one(pair, one, results, catalogue, found)

    judge(root, f"snapshot:{pair.folder}", rounds, _KINDS)
    return found


def _one(
    pair: Pair, one: Sabotage[Homes], results: Mapping[str, Results], catalogue: Catalogue, found: list[Repaired]
) -> Iterator[Round]:
    healthy = contents(pair)
    try:
        with pair.broken(one.change):
            deployment = HomesDeployment(pair)
            yield Round(one.name, lambda: nullcontext(Opened(deployment, pair.changed)))
            redactor = Redactor()
            learn_homes(redactor, deployment.nodes)
            work = working_out(Bench(deployment, redactor), _of_files(results[one.name]), catalogue)
            try:
                drafted = next(work)
                while True:
                    name = f"{one.name}, repaired"
                    yield Round(name, lambda drafted=drafted: nullcontext(Opened(drafted)))  # type: ignore[misc]
                    drafted = work.send(_of_files(results[name]))
            except StopIteration as end:
                outcome: Outcome = end.value
            now = {**contents(pair), **{place: draft.after for place, draft in outcome.drafts.items()}}
    except CannotBreak:
        return
    found.append(Repaired(one, outcome, frozenset(different(healthy, now))))


def _of_files(results: Results) -> Results:
    return {name: one for name, one in results.items() if one.kind is Kind.FILES}


def contents(pair: Pair) -> dict[tuple[str, str], bytes]:
    """Return every file of both homes."""
    return {(node, path): data for node in NODES for path, data in stock_home.contents(pair.home(node)).items()}


def different(
    before: Mapping[tuple[str, str], bytes], after: Mapping[tuple[str, str], bytes]
) -> Iterator[tuple[str, str]]:
    """Yield files that differ; the layout of XML does not count, because a sabotage rewrites it."""
    for place in sorted({*before, *after}):
        one, other = before.get(place), after.get(place)
        if one is None or other is None or (one != other and _plain(one) != _plain(other)):
            yield place


def _plain(content: bytes) -> bytes:
    """Return an XML document without layout, which a sabotage's rewriting changes; other files unchanged."""
    try:
        root = etree.fromstring(
            content, etree.XMLParser(resolve_entities=False, no_network=True, remove_blank_text=True)
        )
    except etree.XMLSyntaxError:
        return content
    return etree.tostring(root)
