"""Judges many deployments in one pytest session: collects the suites once and runs them for each deployment."""

import contextlib
import io
import shutil
import tempfile
from collections.abc import Callable, Collection, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from conformance.deployment.interface import Deployment
from conformance.errors import ConformanceError
from conformance.judgement import collection
from conformance.judgement.catalogue import Kind, Level
from conformance.judgement.verdict import RequirementResult, Verdict
from conformance.project import SUITES
from conformance.session.run import Run
from conformance.session.stash import RUN
from conformance.session.verdicts import judge_inside
from sabotage.homes import CannotBreak

#: Verdicts that mean that something is wrong.
RED = (Verdict.FAIL, Verdict.ERROR)

#: Stands for every requirement in evidence that a session fixture asked for.
_EVERYBODY = "*"

#: pytest's own plugins that a round does not need, and that cost time in every test.
_UNNEEDED = (
    "cacheprovider faulthandler logging warnings doctest unittest threadexception unraisableexception stepwise "
    "setuponly setupplan pastebin debugging"
)

Results = Mapping[str, RequirementResult]


class Opened(NamedTuple):
    """A deployment as it is in one round.

    `touched` is what differs from the first round: ids of a stored run's observations, or paths of homes. Tests that
    look at none of it are skipped, because their answers are the same. None: run every test. `looked_at`: the paths
    read so far, if the deployment notes them.
    """

    deployment: Deployment
    touched: Collection[str] | None = None
    looked_at: Collection[str] | None = None


class Round(NamedTuple):
    """A deployment to judge; it exists only inside `opened`. CannotBreak skips the round."""

    name: str
    opened: Callable[[], AbstractContextManager[Opened]]


#: The rounds, or a function that makes them from the results so far.
Rounds = Iterable[Round] | Callable[[Mapping[str, "Results"]], Iterable[Round]]


class Judged(NamedTuple):
    """The outcome: results by requirement for each round, and why rounds were skipped.

    `red_tests` are test functions that failed or broke in some round, `green_tests` those that only passed.
    """

    results: Mapping[str, Results]
    skipped: Mapping[str, str]
    red_tests: frozenset[str] = frozenset()
    green_tests: frozenset[str] = frozenset()


def judge(root: Path, target: str, rounds: Rounds, kinds: Collection[Kind], beside: Collection[Kind] = ()) -> Judged:
    """Run the tests for requirements of these kinds from the project `root` on each round's deployment.

    `target` is one of the same sort, because pytest needs a target before the first round. Tests of kinds `beside` run
    too, but without being reported. Rounds that depend on earlier results are made from the results so far.
    ConformanceError if the suites cannot be collected.
    """
    rounds_plugin = _Rounds(rounds, kinds, beside)
    # pytest prints the tests' own output and a header, which no one needs.
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(io.StringIO()) as said:
        options = [f"--rootdir={root}", f"--junitxml={scratch}/junit.xml", "-q", "--tb=no"]
        unneeded = [f"-pno:{name}" for name in _UNNEEDED.split()]
        arguments = [*options, *unneeded, f"--target={target}", "--capture=no", str(root / SUITES)]
        code = pytest.main(arguments, plugins=[rounds_plugin])
    if rounds_plugin.problem:
        raise rounds_plugin.problem
    if not rounds_plugin.done:
        raise ConformanceError(f"the suites were not run (pytest's code {code})", said.getvalue()[-2000:])
    red = frozenset(rounds_plugin.red)
    return Judged(rounds_plugin.results, rounds_plugin.skipped, red, frozenset(rounds_plugin.run) - red)


class _Rounds:
    """Replaces pytest's loop over the tests."""

    def __init__(self, rounds: Rounds, kinds: Collection[Kind], beside: Collection[Kind]) -> None:
        self._kinds = kinds
        self._beside = beside
        self._uncollected: list[str] = []
        #: By what was looked at in the first round: the requirements that looked at it.
        self._askers: Mapping[str, Collection[str]] | None = None
        self._run: Run | None = None
        self.results: dict[str, Results] = {}
        self._rounds = rounds(self.results) if callable(rounds) else rounds
        self.skipped: dict[str, str] = {}
        self.run: set[str] = set()
        self.red: set[str] = set()
        self.problem: BaseException | None = None
        self.done = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self._uncollected.append(f"{report.nodeid}: {report.longreprtext.strip().splitlines()[-1]}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests whose requirements are all of the wanted kinds."""
        catalogue = config.stash[RUN].catalogue
        items[:] = [item for item in items if collection.kinds_of(item, catalogue) <= {*self._kinds, *self._beside}]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        base = session.config.stash[RUN]
        try:
            if self._uncollected:
                raise ConformanceError("; ".join(self._uncollected), "correct the suites")
            for one in self._rounds:
                self._one_round(session, base, one)
                self._askers = self._askers or self._seen_apart(session, base, one)
            self.done = True
        except (Exception, KeyboardInterrupt) as problem:
            self.problem = problem
        finally:
            # Without a run the plugin writes no report of this session. It has already noted the tests.
            del session.config.stash[RUN]
            shutil.rmtree(base.options.folder, ignore_errors=True)
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
        """Count what a session fixture asks for every test, because it is unknown which tests it serves."""
        if fixturedef.scope == "function" or self._run is None:
            return (yield)
        with self._run.witness.under(_EVERYBODY):
            return (yield)

    def _one_round(self, session: pytest.Session, base: Run, one: Round) -> None:
        try:
            with self._opened(session, base, one) as (opened, run):
                items = self._asking(session.items, opened.touched)
                judge_inside(run, items)
                found = {result.id: result for result in run.results()}
                judged = {name for item in items for name in collection.ids_of(item)}
                first = next(iter(self.results.values()), found)
                self.results[one.name] = {name: found[name] if name in judged else first[name] for name in found}
                self._note_tests(items, run)
                if self._askers is None and opened.looked_at is None:
                    self._askers = {one.id: tuple(one.asked_by) for one in run.witness.observations()}
        except CannotBreak as problem:
            self.skipped[one.name] = problem.what

    def _seen_apart(self, session: pytest.Session, base: Run, one: Round) -> Mapping[str, Collection[str]] | None:
        """Run each requirement separately on what `one` opens; otherwise cached answers would hide later askers."""
        by_ids: dict[tuple[str, ...], list[pytest.Item]] = {}
        for item in session.items:
            by_ids.setdefault(tuple(collection.ids_of(item)), []).append(item)
        seen: dict[str, set[str]] = {}
        for ids, items in by_ids.items():
            with self._opened(session, base, one) as (opened, run):
                judge_inside(run, items)
                for what in opened.looked_at or ():
                    seen.setdefault(what, set()).update(ids)
        return seen or None

    @contextmanager
    def _opened(self, session: pytest.Session, base: Run, one: Round) -> Iterator[tuple[Opened, Run]]:
        folder = Path(tempfile.mkdtemp(prefix="das-conformance-round-"))
        try:
            with one.opened() as opened:
                options = replace(base.options, folder=folder, target=f"sabotage:{one.name}")
                self._run = run = Run(options, base.root, base.argv, base.reports, deployment=opened.deployment)
                session.config.stash[RUN] = run
                yield opened, run
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _asking(self, items: Sequence[pytest.Item], touched: Collection[str] | None) -> list[pytest.Item]:
        """Return the tests of every requirement that looked at one of these, and of all that these tests prove.

        Return all tests if a session fixture or the start of the run looked at it.
        """
        if touched is None or self._askers is None:
            return list(items)
        asked = [names for what, names in self._askers.items() if any(_meet(what, one) for one in touched)]
        if any(not names or _EVERYBODY in names for names in asked):
            return list(items)
        wanted = {name for names in asked for name in names}
        while True:
            found = [item for item in items if wanted & set(collection.ids_of(item))]
            more = {name for item in found for name in collection.ids_of(item)} - wanted
            if not more:
                return found
            wanted |= more

    def _note_tests(self, items: Iterable[pytest.Item], run: Run) -> None:
        """Note tests by function: any of a test's parameters may break. Tests that only record cannot break."""
        verdicts = run.verdicts.by_test
        for item in items:
            levels = {run.catalogue[name].level for name in collection.ids_of(item)}
            if levels == {Level.INFO} or not collection.kinds_of(item, run.catalogue) <= set(self._kinds):
                continue
            function = item.nodeid.partition("[")[0]
            self.run.add(function)
            if verdicts.get(item.nodeid) in RED:
                self.red.add(function)


def _meet(one: str, other: str) -> bool:
    """Whether two paths are equal or one lies below the other; ids of observations must be equal."""
    return one == other or one.startswith(f"{other}/") or other.startswith(f"{one}/")
