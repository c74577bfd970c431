"""The plugin's part that judges each test: exceptions of its phases become a verdict and a message."""

from collections.abc import Generator, Sequence
from contextlib import ExitStack

import pytest
from _pytest.runner import runtestprotocol

from conformance.evidence import labs
from conformance.judgement import collection, deviation, message
from conformance.judgement.catalogue import Level, Requirement
from conformance.judgement.requirement import NotApplicable, NotAssessed
from conformance.judgement.verdict import Verdict
from conformance.session.run import Run
from conformance.session.stash import RUN, ending_the_run_if_unwritable
from conformance.text.printable import one_line

_Skipped = pytest.skip.Exception


class _Quiet:
    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool:
        runtestprotocol(item, log=False, nextitem=nextitem)
        return True


def judge_inside(run: Run, items: Sequence[pytest.Item]) -> None:
    """Execute tests once more for a run inside this pytest session; only the hooks of this module see them."""
    quiet = _Quiet()
    with ExitStack() as stack:
        for item in items:
            run.verdicts.announce(item.nodeid, collection.ids_of(item))
        for manager in {item.config.pluginmanager for item in items}:
            manager.register(quiet)
            stack.callback(manager.unregister, quiet)
        # None at the end, so that session fixtures end with these tests.
        for item, following in zip(items, [*items[1:], None][: len(items)], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
    run.witness.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Cite a test's questions as evidence of its requirements."""
    run = item.config.stash.get(RUN, None)
    if run is None:
        return (yield)
    ids = collection.ids_of(item)
    with (
        labs.inside(run.second.lab_of(item)),
        run.witness.under(*ids),
        run.witness.scoped(item.nodeid),
        run.witness.noting() as evidence,
        deviation.collecting(strict=run.options.strict_names) as deviations,
    ):
        outcome = yield
        if not evidence and run.verdicts.leaves_open(item.nodeid):
            run.cite_deployment()
    with ending_the_run_if_unwritable():
        run.verdicts.demand_evidence(item.nodeid, evidence)
        run.verdicts.finish(item.nodeid, evidence, [run.witness.redactor.text(text) for text in deviations.texts])
    return outcome


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Do not set up tests that the target cannot show."""
    run = item.config.stash.get(RUN, None)
    if run and (lacking := collection.lacking(item, run.catalogue, run.deployment.capabilities)):
        remedies = [remedy for one in lacking if (remedy := run.deployment.remedies.get(one))]
        would = f"; {'; '.join(remedies)}" if remedies else ""
        raise NotAssessed(f"target {run.options.target} cannot do: {', '.join(one.value for one in lacking)}{would}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn an exception of a test's phase into a verdict and a message for the operator."""
    report = yield
    run = item.config.stash.get(RUN, None)
    if run is None:
        return report
    ids = collection.ids_of(item)
    requirements = [run.catalogue[name] for name in ids]
    place = message.place(call.excinfo, item.path, item.config.rootpath) if call.excinfo else ""
    # Formatted only if there is an exception: most phases pass.
    traceback = report.longreprtext if call.excinfo else ""
    verdict, text = judge(call, traceback, place, requirements)
    text = run.witness.redactor.text(text)
    if verdict:
        run.verdicts.note(item.nodeid, verdict, text, call.duration)
    if report.failed:
        report.longrepr = "\n".join([*message.header(requirements, broken=verdict is Verdict.FAIL), text])
    if excuse := _excuse(verdict, requirements, run):
        # For pytest this is an expected failure: reported, but the run does not fail.
        report.outcome, report.wasxfail = "skipped", f"{one_line(run.witness.redactor.text(excuse))}: {text}"
    report.sections = [(name, run.witness.redactor.text(content)) for name, content in report.sections]
    return report


def judge(
    call: pytest.CallInfo[None], traceback: str, place: str, requirements: Sequence[Requirement]
) -> tuple[Verdict | None, str]:
    """Verdict and message; no verdict for a fixture that worked.

    A failed assertion of the test itself is a fail; any other exception, also from a fixture, is an error.
    """
    if call.excinfo is None:
        return (Verdict.PASS if call.when == "call" else None), ""
    raised = call.excinfo.value
    if isinstance(raised, NotApplicable):
        return Verdict.NOT_APPLICABLE, str(raised)
    if isinstance(raised, _Skipped):
        return Verdict.NOT_ASSESSED, str(raised)
    if isinstance(raised, AssertionError) and call.when == "call":
        return Verdict.FAIL, f"{message.of_failure(raised, requirements)}\n({place})"
    return Verdict.ERROR, f"{message.of_error(raised, traceback)}\n({place}, {call.when})"


def _excuse(verdict: Verdict | None, requirements: list[Requirement], run: Run) -> str:
    """Why a failure, or an error beyond the page, does not fail the run; "" if it does, or is neither."""
    if verdict not in (Verdict.FAIL, Verdict.ERROR):
        return ""
    names, levels = ", ".join(one.id for one in requirements), {one.level for one in requirements}
    if levels == {Level.FIELD}:
        return f"{names}: beyond the page, never part of the result"
    if verdict is Verdict.ERROR:
        return ""
    if levels and Level.MUST not in levels:
        return f"{names} is recommended, not demanded"
    return run.waivers.excuse([one.id for one in requirements])


def pytest_assertrepr_compare(config: pytest.Config, op: str, left: object, right: object) -> list[str] | None:
    """Show found and expected values with their places; plain values only in a run, as pytest tells developers more."""
    return message.compared(op, left, right) if RUN in config.stash or message.located(left, right) else None
