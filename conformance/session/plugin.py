"""The pytest plugin: options, order, gating and report of a conformance run; verdicts.py judges each test.

It does nothing in a pytest run without tests from the suites folder (the self-tests).
"""

from __future__ import annotations

import atexit
import gc
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.errors import ConformanceError
from conformance.evidence.learning import safe_line
from conformance.files.disk import Unwritable
from conformance.judgement import collection
from conformance.judgement.collection import ids_in
from conformance.judgement.requirement import AFTERWARDS, LAST, MARK
from conformance.judgement.verdict import Verdict
from conformance.progress.stream import PROGRESS
from conformance.project import SUITES
from conformance.session import asserting, hooks, two_labs, verdicts
from conformance.session.ending import OrderlyEnd
from conformance.session.options import add_options, read_options
from conformance.session.run import Run, conforms, never_begun
from conformance.session.stash import RUN, ending_the_run_if_unwritable
from conformance.session.terminal_watch import TerminalWatch
from conformance.targets.embedded import entered
from conformance.targets.replay import NoWaiting
from conformance.text.printable import one_line
from conformance.time_ledger import LEDGER
from conformance.waiting import listening

if TYPE_CHECKING:
    from conformance.session.progress_of_tests import ProgressOfTests

_REPORT = pytest.StashKey[dict[str, Any]]()
_PROBLEMS = pytest.StashKey[list[str]]()
_ENDING = pytest.StashKey[OrderlyEnd]()
_SHOWN: pytest.StashKey[ProgressOfTests] = pytest.StashKey()

#: Exit codes above this mean that a signal ended the process.
_SIGNALS = 128
#: New objects before the next search for reference cycles: a run, and what it loads, keeps nearly all objects, and
#: scanning them repeatedly takes a tenth of its time.
_OBJECTS = 200_000
#: Targets that take long enough to show progress.
WATCHED = ("embedded", "compose", "attached")
#: Options of pytest that do not run tests.
_LOOKING = ("collectonly", "help", "version", "showfixtures", "show_fixtures_per_test", "markers")


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Declare the hooks for reports and sabotage; add those that judge tests and share them between two labs."""
    gc.set_threshold(_OBJECTS)
    pluginmanager.add_hookspecs(hooks)
    pluginmanager.register(verdicts)
    pluginmanager.register(two_labs)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the suite's options."""
    add_options(parser)


def judges(config: pytest.Config) -> bool:
    """Whether this run executes tests from the suites folder."""
    if any(config.getoption(name, None) for name in _LOOKING):
        return False
    suites = config.rootpath / SUITES
    paths = [(config.invocation_params.dir / argument.partition("::")[0]).resolve() for argument in config.args]
    return any(path == suites or suites in path.parents or path in suites.parents for path in paths)


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> int | None:
    """Continue inside the lab's namespaces, if the target is the embedded lab and this process is outside."""
    if not judges(config) or entered.current() is not None:
        return None
    try:
        options = read_options(config)
        if options.target_kind != "embedded":
            return None
        # Imported only here: pack and network take a fifth of a second, which other targets need not spend.
        from conformance.targets.embedded import enter

        named = [] if config.getoption("run_id") else [f"--run-id={options.run_id}"]
        argv = [str(argument) for argument in (*config.invocation_params.args, *named)]
        code = enter.run(argv, options.lab)
        if code is not None and code > _SIGNALS:
            # Permanently: this process only leaves a report and ends.
            enter.Signals().ignore()
            never_begun(options, config.rootpath, argv, config.hook.pytest_conformance_reports())
            return pytest.ExitCode.INTERRUPTED
        return code
    except ConformanceError as problem:
        raise pytest.UsageError(safe_line(problem, [str(one) for one in config.invocation_params.args])) from None


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Create the run."""
    config.addinivalue_line("markers", f"{MARK}(id, ...): the requirements of suites/catalogue.toml that a test proves")
    config.addinivalue_line("markers", f"{AFTERWARDS}(whole): a test of what a run left, which comes after all faults")
    config.addinivalue_line("markers", f"{LAST}: a test of the last fault, after which nothing is repaired")
    if not judges(config):
        return
    try:
        options = read_options(config)
        argv = [str(argument) for argument in config.invocation_params.args]
        run = Run(options, config.rootpath, argv, config.hook.pytest_conformance_reports())
        run.prepare()
    except ConformanceError as problem:
        raise pytest.UsageError(safe_line(problem, [str(one) for one in config.invocation_params.args])) from None
    config.stash[RUN] = run
    watch = TerminalWatch(run.witness.redactor)
    config.pluginmanager.register(watch)
    # A file that cannot be imported makes its own requirements errors; the others are judged.
    config.option.continue_on_collection_errors = True
    stack = ExitStack()
    stack.callback(gc.unfreeze)
    atexit.register(gc.freeze)
    stack.enter_context(listening(NoWaiting() if run.witness.replays else LEDGER))
    config.add_cleanup(stack.close)
    if options.target_kind in WATCHED:
        # Imported only here: the steps of all scenarios need the whole library, more than pytest itself.
        from conformance.session.progress_of_tests import ProgressOfTests, terminal, wanted_live

        shown = ProgressOfTests(PROGRESS, run, terminal(), live=wanted_live(config))
        config.pluginmanager.register(shown)
        watch.printing = shown.printing
        stack.enter_context(listening(PROGRESS))
        config.stash[_SHOWN] = shown
        stack.callback(shown.close)
    if options.repair:
        # Imported only here: the remedies are many files, which few runs need.
        from conformance.session.repair_of_run import RepairOfRun

        config.pluginmanager.register(RepairOfRun(run, config.stash))
    ending = config.stash[_ENDING] = OrderlyEnd()
    ending.watch(stack)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Show what is judged and where the report will be."""
    run = config.stash.get(RUN, None)
    return [one_line(f"conformance: target {run.options.target}, run {run.options.run_id}")] if run else []


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Check the ids, and sort the tests."""
    run = config.stash.get(RUN, None)
    if run is None:
        return
    try:
        collection.check(items, run.catalogue)
        asserting.demand_rewritten(items)
    except ConformanceError as problem:
        raise pytest.UsageError(safe_line(problem, [str(one) for one in config.invocation_params.args])) from None
    kept = collection.order(collection.of_nodes(items, len(run.deployment.spec.nodes)), run.catalogue)
    kept = run.second.share_out(run.options.selection.of(kept, run.catalogue))
    chosen = set(kept)
    if dropped := [item for item in items if item not in chosen]:
        config.hook.pytest_deselected(items=dropped)
    items[:] = kept


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Note deselected tests: a requirement does not pass on some of its tests only."""
    run = items[0].config.stash.get(RUN, None) if items else None
    if run:
        # Tests of a node that this run does not have are not deselected tests.
        with ending_the_run_if_unwritable():
            for item in collection.of_nodes(items, len(run.deployment.spec.nodes)):
                run.verdicts.leave_out(item.nodeid, collection.ids_of(item))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Note which tests will run."""
    run = session.config.stash.get(RUN, None)
    if run is None:
        return
    for item in session.items:
        ids = collection.ids_of(item)
        with ending_the_run_if_unwritable():
            run.verdicts.announce(item.nodeid, ids)
        # pytest writes these properties into the file of --junitxml.
        item.user_properties.extend((MARK, requirement_id) for requirement_id in ids)


def pytest_runtestloop(session: pytest.Session) -> None:
    """Write a report that says INCOMPLETE before the first test, in case anything ends the run."""
    run = session.config.stash.get(RUN, None)
    if run:
        with ending_the_run_if_unwritable():
            run.begin()


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Make the requirements of a test file that cannot be collected errors."""
    report = yield
    run = collector.config.stash.get(RUN, None)
    if run and report.failed and isinstance(collector, pytest.Module):
        text = f"{collector.nodeid} cannot be collected: {_last_line(report.longreprtext)}"
        run.verdicts.broken(collector.nodeid, sorted(ids_in(collector.path)), text)
    return report


def _last_line(text: str) -> str:
    lines = [line.removeprefix("E").strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int | pytest.ExitCode) -> Generator[None, object, object]:
    """Write the report after teardown, however the run ended, and before pytest's summary."""
    run = session.config.stash.get(RUN, None)
    if run:
        # While this lab is taken down.
        run.second.interrupt()
    try:
        return (yield)
    finally:
        if run:
            session.config.stash[_ENDING].begun()
            if _SHOWN in session.config.stash:
                session.config.stash[_SHOWN].close()
            broken_off = exitstatus in (pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)
            try:
                report, problems = run.conclude(interrupted=broken_off)
            except Unwritable as problem:
                session.config.get_terminal_writer().line(f"\nerror: {problem}", red=True)
                session.exitstatus = pytest.ExitCode.USAGE_ERROR
            else:
                session.config.stash[_REPORT], session.config.stash[_PROBLEMS] = report, problems
                session.exitstatus = _exit_code(session.exitstatus, report, problems, run)


def _exit_code(
    code: int | pytest.ExitCode, report: dict[str, Any], problems: list[str], run: Run
) -> int | pytest.ExitCode:
    """pytest's code, but never 0 for a run with a problem or, for an acceptance, one that does not conform."""
    if code not in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED):
        return code
    if problems:
        judged = any(report["counts"][one.value] for one in (Verdict.PASS, Verdict.FAIL, Verdict.ERROR))
        return pytest.ExitCode.TESTS_FAILED if judged else pytest.ExitCode.NO_TESTS_COLLECTED
    if run.options.acceptance and not conforms(report):
        return pytest.ExitCode.TESTS_FAILED
    return code


@pytest.hookimpl(tryfirst=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """Save time: pytest and the interpreter would scan all remaining objects for cycles at exit."""
    if RUN in config.stash:
        gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """End with the result in ten lines."""
    run = config.stash.get(RUN, None)
    if run is None or _REPORT not in config.stash:
        return
    report = config.stash[_REPORT]
    terminalreporter.section("conformance")
    folder = Path(run.options.folder)
    shown = folder.relative_to(config.rootpath) if folder.is_relative_to(config.rootpath) else folder
    tests = {
        word: [
            [value for name, value in one.user_properties if name == MARK] for one in terminalreporter.getreports(word)
        ]
        for word in ("skipped", "xfailed")
    }
    for line in run.reports.summary(report, shown, run.catalogue, tests):
        terminalreporter.write_line(line)
    for problem in config.stash[_PROBLEMS]:
        terminalreporter.write_line(one_line(f"error: {problem}"), red=True)
