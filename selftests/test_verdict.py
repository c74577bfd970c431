"""How verdicts add up: of requirements to the result, of tests to a requirement."""

from types import SimpleNamespace

import pytest

from conformance.evidence.verdict_log import NOT_BUILT, NOT_RUN, NOT_SELECTED, VerdictLog
from conformance.judgement.catalogue import Catalogue, Kind, Level, Requirement
from conformance.judgement.verdict import RequirementResult, Result, Verdict, judged, overall, worst
from reports import verify

V = Verdict


def results(*verdicts: Verdict, level: Level = Level.MUST) -> list[RequirementResult]:
    """One result per verdict."""
    return [RequirementResult(f"AA-{n:02}", level, Kind.FILES, verdict) for n, verdict in enumerate(verdicts, 1)]


@pytest.mark.parametrize(
    ("verdicts", "result"),
    [
        ([V.PASS], Result.CONFORMS),
        ([V.PASS, V.NOT_APPLICABLE], Result.CONFORMS),
        ([V.PASS, V.NOT_ASSESSED], Result.PARTIAL),
        ([V.PASS, V.WAIVED], Result.PARTIAL),
        ([V.PASS, V.FAIL], Result.DOES_NOT_CONFORM),
        ([V.PASS, V.ERROR], Result.INCOMPLETE),
        ([V.ERROR, V.FAIL], Result.DOES_NOT_CONFORM),
        ([V.ERROR, V.NOT_ASSESSED, V.WAIVED], Result.INCOMPLETE),
        ([V.NOT_ASSESSED, V.FAIL], Result.DOES_NOT_CONFORM),
        ([V.WAIVED, V.FAIL], Result.DOES_NOT_CONFORM),
        ([V.ERROR], Result.INCOMPLETE),
        ([], Result.INCOMPLETE),
        ([V.NOT_ASSESSED], Result.INCOMPLETE),
        ([V.NOT_APPLICABLE, V.NOT_APPLICABLE], Result.INCOMPLETE),
    ],
)
def test_the_musts_decide(verdicts: list[Verdict], result: Result) -> None:
    assert overall(results(*verdicts)) is result


@pytest.mark.parametrize("level", [Level.SHOULD, Level.INFO, Level.FIELD])
@pytest.mark.parametrize("verdict", [V.FAIL, V.ERROR, V.NOT_ASSESSED, V.WAIVED])
def test_what_is_no_must_does_not_spoil_the_result(level: Level, verdict: Verdict) -> None:
    assert overall([*results(V.PASS), *results(verdict, level=level)]) is Result.CONFORMS


@pytest.mark.parametrize("verdicts", [[V.PASS], [V.FAIL], [V.ERROR]])
def test_a_run_that_broke_off_says_nothing_about_the_deployment(verdicts: list[Verdict]) -> None:
    assert overall(results(*verdicts), complete=False) is Result.INCOMPLETE


@pytest.mark.parametrize("level", [Level.INFO, Level.FIELD])
def test_information_and_what_is_beyond_the_page_say_nothing_about_the_page(level: Level) -> None:
    assert judged(results(V.PASS, V.FAIL, level=level)) == 0
    assert overall(results(V.PASS, level=level)) is Result.INCOMPLETE


@pytest.mark.parametrize(
    ("verdicts", "counts"),
    [
        ([V.PASS, V.ERROR, V.FAIL], V.FAIL),
        ([V.ERROR, V.NOT_ASSESSED], V.ERROR),
        ([V.WAIVED, V.NOT_ASSESSED], V.NOT_ASSESSED),
        ([V.WAIVED, V.PASS], V.WAIVED),
        ([V.PASS, V.ERROR], V.ERROR),
        ([V.PASS, V.NOT_ASSESSED], V.NOT_ASSESSED),
        ([V.PASS, V.NOT_APPLICABLE], V.PASS),
        ([V.NOT_APPLICABLE], V.NOT_APPLICABLE),
    ],
)
def test_the_worst_of_several_tests_counts(verdicts: list[Verdict], counts: Verdict) -> None:
    assert worst(verdicts) is counts


def test_no_verdict_at_all_is_no_verdict() -> None:
    with pytest.raises(ValueError, match="empty"):
        worst([])


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


@pytest.mark.parametrize(
    ("noted", "ended", "verdict", "message"),
    [
        ({Verdict.PASS: "", Verdict.ERROR: "cannot be taken down"}, True, Verdict.ERROR, "cannot be taken down"),
        ({Verdict.PASS: ""}, False, Verdict.NOT_ASSESSED, NOT_RUN),
        ({Verdict.FAIL: "two active"}, False, Verdict.FAIL, "two active"),
    ],
    ids=["a fixture breaks after a pass", "nothing passes before the end", "what broke before the end"],
)
def test_what_a_test_notes_and_whether_it_ended_count(log: VerdictLog, noted, ended, verdict, message) -> None:
    log.announce("t1", ["AA-01"])
    for one, text in noted.items():
        log.note("t1", one, text)
    if ended:
        log.finish("t1")
    assert (only(log).verdict, only(log).message, log.complete) == (verdict, message, ended)


def test_a_broken_file_is_an_error_of_the_requirements_that_it_proves(log: VerdictLog) -> None:
    log.broken("suites/test_x.py", ["AA-01", "ZZ-99"], "cannot be imported")
    assert (only(log).verdict, only(log).message) == (Verdict.ERROR, "cannot be imported")


@pytest.mark.parametrize(
    ("given", "left_out", "version", "result"),
    [
        ("must pass", "", 3, "CONFORMS"),
        ("must pass, should fail", "", 3, "CONFORMS"),
        ("must fail, must error", "", 3, "DOES NOT CONFORM"),
        ("must error, must pass", "", 3, "INCOMPLETE"),
        ("must error, must pass", "", 2, "DOES NOT CONFORM"),
        ("must pass, must not-assessed", "", 3, "PARTIAL"),
        ("must pass, must waived", "", 3, "PARTIAL"),
        ("must not-applicable", "", 3, "INCOMPLETE"),
        ("info pass", "", 3, "INCOMPLETE"),
        ("should pass", "", 3, "CONFORMS"),
        ("must pass, should not-applicable", "AA-2", 3, "PARTIAL"),
        ("must pass, info not-applicable", "AA-2", 3, "CONFORMS"),
        ("must pass", "ZZ-1", 3, "CONFORMS"),
    ],
)
@pytest.mark.parametrize("ends", [["ended"], [], ["ended", "ended"]])
def test_the_verifier_comes_to_the_same(given: str, left_out: str, version: int, result: str, ends: list[str]) -> None:
    pairs = {f"AA-{number}": one.split() for number, one in enumerate(given.split(", "), 1)}
    tests = {"a": {"state": "ended"}} | ({"b": {"state": "left_out", "requirements": [left_out]}} if left_out else {})
    bundle = SimpleNamespace(
        lines=lambda _: [*({"run": one} for one in ends), {"began": "a"}],
        tests=tests,
        catalogue={name: {"level": level} for name, (level, _) in pairs.items()},
        verdicts={name: (verdict, "") for name, (_, verdict) in pairs.items()},
        version=version,
    )
    judge = verify._Bundle.result.func
    assert judge(bundle) == (result if ends == ["ended"] else "INCOMPLETE")
    tests["a"]["state"] = "running"
    assert judge(bundle) == "INCOMPLETE"
