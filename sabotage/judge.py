"""Judges many deployments in one pytest session: the suites are collected once and run for each of them."""

from __future__ import annotations

import contextlib
import io
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from _pytest.runner import runtestprotocol

from conformance import collection, suite_scan
from conformance.catalogue import Kind, Level
from conformance.errors import ConformanceError
from conformance.plugin import RUN
from conformance.run import SUITES, Run
from conformance.target.deployment import Deployment
from conformance.verdict import RequirementResult, Verdict
from sabotage.pair import CannotBreak

#: Verdicts that say that something is wrong.
RED = (Verdict.FAIL, Verdict.ERROR)

Results = Mapping[str, RequirementResult]


@dataclass(frozen=True)
class Round:
    """A deployment to be judged: it is as `opened` makes it, and gone when that ends. CannotBreak skips the round."""

    name: str
    opened: Callable[[], AbstractContextManager[Deployment]]


@dataclass(frozen=True)
class Judged:
    """What came out: results by requirement for each round, and why rounds were skipped.

    `red_tests` are the test functions that failed (or broke) in some round, `green_tests` those that only passed.
    """

    results: Mapping[str, Results]
    skipped: Mapping[str, str]
    red_tests: frozenset[str] = frozenset()
    green_tests: frozenset[str] = frozenset()


def judge(root: Path, layout: Path, rounds: Iterable[Round], kinds: Collection[Kind]) -> Judged:
    """Run the tests for requirements of these kinds from the project `root` on each round's deployment.

    `layout` is a folder that the snapshot target takes: pytest wants a target before the first round gives one.
    ConformanceError when the suites cannot be collected.
    """
    rounds_plugin = _Rounds(rounds, kinds)
    # pytest brings a test's own output, and a header; nobody reads them.
    with tempfile.TemporaryDirectory() as scratch, contextlib.redirect_stdout(io.StringIO()) as said:
        options = [f"--rootdir={root}", f"--junitxml={scratch}/junit.xml", "-q"]
        unneeded = [
            f"-pno:{name}"
            for name in (
                "cacheprovider",
                "faulthandler",
                "logging",
                "warnings",
                "doctest",
                "unittest",
                "threadexception",
                "unraisableexception",
                "stepwise",
                "setuponly",
                "setupplan",
                "pastebin",
                "debugging",
            )
        ]
        target = [f"--target=snapshot:{layout}", "--capture=no"]
        code = pytest.main([*options, *unneeded, *target, str(root / SUITES)], plugins=[rounds_plugin])
    if rounds_plugin.problem:
        raise rounds_plugin.problem
    if not rounds_plugin.done:
        raise ConformanceError(f"the suites were not run (pytest's code {code})", said.getvalue()[-2000:])
    red = frozenset(rounds_plugin.red)
    return Judged(rounds_plugin.results, rounds_plugin.skipped, red, frozenset(rounds_plugin.run) - red)


class _Rounds:
    """Takes the place of pytest's loop over the tests."""

    def __init__(self, rounds: Iterable[Round], kinds: Collection[Kind]) -> None:
        self._rounds = rounds
        self._kinds = kinds
        self._uncollected: list[str] = []
        self.results: dict[str, Results] = {}
        self.skipped: dict[str, str] = {}
        self.run: set[str] = set()
        self.red: set[str] = set()
        self.problem: BaseException | None = None
        self.done = False

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note files that cannot be collected."""
        if report.failed:
            self._uncollected.append(f"{report.nodeid}: {report.longreprtext.strip().splitlines()[-1]}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, config: pytest.Config, items: list[pytest.Item]) -> None:
        """Keep the tests whose requirements are all of the kinds wanted."""
        catalogue = config.stash[RUN].catalogue
        items[:] = [
            item for item in items if all(catalogue[name].kind in self._kinds for name in collection.ids_of(item))
        ]

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """All tests, round by round."""
        base = session.config.stash[RUN]
        try:
            if self._uncollected:
                raise ConformanceError("; ".join(self._uncollected), "correct the suites")
            for one in self._rounds:
                self._one_round(session, base, one)
            self.done = True
        except (Exception, KeyboardInterrupt) as problem:
            self.problem = problem
        finally:
            # Without a run the plugin writes no report of this session.
            del session.config.stash[RUN]
        return True

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        """Run a test without reporting it to anybody but the plugin that judges."""
        runtestprotocol(item, log=False, nextitem=nextitem)
        return True

    def _one_round(self, session: pytest.Session, base: Run, one: Round) -> None:
        folder = Path(tempfile.mkdtemp(prefix="das-conformance-round-"))
        try:
            with one.opened() as deployment:
                options = replace(base.options, folder=folder, target=f"sabotage:{one.name}")
                run = Run(options, base.root, base.argv, deployment=deployment)
                session.config.stash[RUN] = run
                self.results[one.name] = _results(session, run)
                self._note_tests(session.items, run)
        except CannotBreak as problem:
            self.skipped[one.name] = problem.what
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _note_tests(self, items: Iterable[pytest.Item], run: Run) -> None:
        """By functions: which of a test's parameters a round breaks does not matter. What only records cannot break."""
        verdicts = run.verdicts.by_test
        for item in items:
            if all(run.catalogue[name].level is Level.INFO for name in collection.ids_of(item)):
                continue
            function = item.nodeid.partition("[")[0]
            self.run.add(function)
            if verdicts.get(item.nodeid) in RED:
                self.red.add(function)


def _results(session: pytest.Session, run: Run) -> Results:
    for item in session.items:
        run.verdicts.announce(item.nodeid, collection.ids_of(item))
    # None in the end: the fixtures of the session go with the round.
    for item, following in zip(session.items, [*session.items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    run.witness.close()
    found = run.verdicts.results(suite_scan.owners(run.root / SUITES), run.witness.evidence_of)
    return {result.id: result for result in found}
