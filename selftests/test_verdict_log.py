"""Verdicts of tests, added up per requirement."""

from __future__ import annotations

import pytest

from conformance.evidence.verdict_log import NOT_BUILT, NOT_RUN, NOT_SELECTED, VerdictLog
from conformance.judgement.catalogue import Catalogue, Kind, Level, Requirement
from conformance.judgement.verdict import RequirementResult, Verdict


@pytest.fixture
def log() -> VerdictLog:
    """A log over one requirement."""
    return VerdictLog(Catalogue([Requirement("AA-01", Level.MUST, Kind.FILES, "It holds.", "Page", "look", "break")]))


def only(log: VerdictLog, *owned: str) -> RequirementResult:
    """The one result."""
    (result,) = log.results(dict.fromkeys(owned), lambda name: [f"o-{name}"])
    return result


def test_nothing_announced_is_not_built_or_not_selected(log: VerdictLog) -> None:
    assert (only(log).verdict, only(log).message) == (Verdict.NOT_ASSESSED, NOT_BUILT)
    assert only(log, "AA-01").message == NOT_RUN
    log.announce("t1", ["BB-01"])
    assert only(log, "AA-01").message == NOT_SELECTED


def test_several_tests_add_up_with_time_evidence_and_the_messages_of_the_worst(log: VerdictLog) -> None:
    for name, verdict in (("t1", Verdict.PASS), ("t2", Verdict.FAIL), ("t3", Verdict.FAIL)):
        log.announce(name, ["AA-01"])
        log.note(name, verdict, f"{name} said", 0.5)
        log.finish(name)
    result = only(log)
    assert (result.verdict, result.message, result.seconds) == (Verdict.FAIL, "t2 said\nt3 said", 1.5)
    assert (result.tests, result.evidence) == (("t1", "t2", "t3"), ("o-AA-01",))
    assert log.complete


def test_a_fixture_that_breaks_after_a_pass_makes_an_error(log: VerdictLog) -> None:
    log.announce("t1", ["AA-01"])
    log.note("t1", Verdict.PASS)
    log.note("t1", Verdict.ERROR, "cannot be taken down")
    log.finish("t1")
    assert (only(log).verdict, only(log).message) == (Verdict.ERROR, "cannot be taken down")


def test_a_test_that_did_not_end_passes_nothing(log: VerdictLog) -> None:
    log.announce("t1", ["AA-01"])
    log.note("t1", Verdict.PASS)
    assert (only(log).verdict, only(log).message) == (Verdict.NOT_ASSESSED, NOT_RUN)
    assert not log.complete


def test_a_test_that_did_not_end_still_tells_what_it_broke(log: VerdictLog) -> None:
    log.announce("t1", ["AA-01"])
    log.note("t1", Verdict.FAIL, "two active")
    assert (only(log).verdict, only(log).message) == (Verdict.FAIL, "two active")


def test_a_broken_file_is_an_error_of_the_requirements_that_it_proves(log: VerdictLog) -> None:
    log.broken("suites/test_x.py", ["AA-01", "ZZ-99"], "cannot be imported")
    assert (only(log).verdict, only(log).message) == (Verdict.ERROR, "cannot be imported")
