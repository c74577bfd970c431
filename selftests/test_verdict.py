"""How verdicts add up: of requirements to the result, of tests to a requirement."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from conformance.errors import EvidenceError, NotSeen
from conformance.evidence.verdict_log import NOT_BUILT, NOT_RUN, NOT_SELECTED, VerdictLog
from conformance.judgement.catalogue import Catalogue, Kind, Level, Requirement
from conformance.judgement.requirement import NotApplicable, NotAssessed
from conformance.judgement.verdict import RequirementResult, Verdict, judged, overall, worst
from conformance.session.verdicts import judge
from reports import verify

V = Verdict
#: Level and verdict of each requirement, and what they come to.
RESULTS = {
    "must pass": "CONFORMS",
    "must pass, must not-applicable": "CONFORMS",
    "must pass, must not-assessed": "PARTIAL",
    "must pass, must waived": "PARTIAL",
    "must pass, must fail": "DOES NOT CONFORM",
    "must pass, must error": "INCOMPLETE",
    "must error, must pass": "INCOMPLETE",
    "must fail, must error": "DOES NOT CONFORM",
    "must error, must fail": "DOES NOT CONFORM",
    "must error, must not-assessed, must waived": "INCOMPLETE",
    "must not-assessed, must fail": "DOES NOT CONFORM",
    "must waived, must fail": "DOES NOT CONFORM",
    "must fail": "DOES NOT CONFORM",
    "must error": "INCOMPLETE",
    "": "INCOMPLETE",
    "must not-assessed": "INCOMPLETE",
    "must not-applicable": "INCOMPLETE",
    "must not-applicable, must not-applicable": "INCOMPLETE",
    "should pass": "CONFORMS",
    **dict.fromkeys(("info pass", "field pass"), "INCOMPLETE"),
    **{
        f"must pass, {level} {verdict}": "CONFORMS"
        for level in ("should", "info", "field")
        for verdict in ("fail", "error", "not-assessed", "waived")
    },
}
ONE = Catalogue([Requirement("AA-01", Level.MUST, Kind.FILES, "It holds.", "Page", "look", "break")])


def results(given: str) -> list[RequirementResult]:
    pairs = [one.split() for one in given.split(", ") if one]
    return [
        RequirementResult(f"AA-{number}", Level(level), Kind.FILES, Verdict(verdict))
        for number, (level, verdict) in enumerate(pairs, 1)
    ]


def verified(given: str, *, version: int = 3, left_out: str = "", ends: int = 1, state: str = "ended") -> str:
    found = results(given)
    tests = {"a": {"state": state}} | ({"b": {"state": "left_out", "requirements": [left_out]}} if left_out else {})
    bundle = SimpleNamespace(
        lines=lambda _: [*([{"run": "ended"}] * ends), {"began": "a"}],
        tests=tests,
        catalogue={one.id: {"level": one.level.value} for one in found},
        verdicts={one.id: (one.verdict.value, "") for one in found},
        version=version,
    )
    return str(verify._Bundle.result.func(bundle))


@pytest.mark.parametrize(("given", "result"), RESULTS.items())
def test_requirements_come_to_a_result_of_a_run_that_ended_once(given, result):
    assert overall(results(given)).value == verified(given) == result
    assert overall(results(given), complete=False).value == "INCOMPLETE"
    assert {verified(given, ends=0), verified(given, ends=2), verified(given, state="running")} == {"INCOMPLETE"}


@pytest.mark.parametrize(("given", "left_out", "version", "result"), [
    ("must error, must pass", "", 2, "DOES NOT CONFORM"),
    ("must pass, should not-applicable", "AA-2", 3, "PARTIAL"),
    ("must pass, info not-applicable", "AA-2", 3, "CONFORMS"),
    ("must pass", "ZZ-1", 3, "CONFORMS"),
])  # fmt: skip
def test_the_verifier_knows_gaps_and_versions(given, left_out, version, result):
    assert verified(given, version=version, left_out=left_out) == result


def test_information_and_what_is_beyond_the_page_are_not_judged_and_no_verdict_at_all_is_none():
    assert [judged(results(f"{level} pass, {level} fail")) for level in ("info", "field")] == [0, 0]
    with pytest.raises(ValueError, match="empty"):
        worst([])


@pytest.mark.parametrize(("verdicts", "counts"), [
    ([V.PASS, V.ERROR, V.FAIL], V.FAIL),
    ([V.ERROR, V.NOT_ASSESSED], V.ERROR),
    ([V.WAIVED, V.NOT_ASSESSED], V.NOT_ASSESSED),
    ([V.WAIVED, V.PASS], V.WAIVED),
    ([V.PASS, V.ERROR], V.ERROR),
    ([V.PASS, V.NOT_ASSESSED], V.NOT_ASSESSED),
    ([V.PASS, V.NOT_APPLICABLE], V.PASS),
    ([V.NOT_APPLICABLE], V.NOT_APPLICABLE),
])  # fmt: skip
def test_the_worst_of_several_tests_counts(verdicts, counts):
    assert worst(verdicts) is counts


@pytest.mark.parametrize(("raised", "verdicts"), [
    (None, (None, V.PASS, None)),
    (AssertionError("found 1"), (V.ERROR, V.FAIL, V.ERROR)),
    (NotSeen("not within 5 s"), (V.ERROR, V.FAIL, V.ERROR)),
    (EvidenceError("no log"), (V.ERROR,) * 3),
    (KeyError("x"), (V.ERROR,) * 3),
    (NotApplicable("no node is presenter"), (V.NOT_APPLICABLE,) * 3),
    (NotAssessed("no probe"), (V.NOT_ASSESSED,) * 3),
    (pytest.skip.Exception("elsewhere"), (V.NOT_ASSESSED,) * 3),
])  # fmt: skip
def test_what_a_phase_raises_is_a_verdict(raised, verdicts):
    for when, verdict in zip(("setup", "call", "teardown"), verdicts, strict=True):
        call = SimpleNamespace(excinfo=raised and SimpleNamespace(value=raised), when=when)
        given, text = judge(call, "long", "test_x.py:3", [])  # type: ignore[arg-type]
        assert given is verdict
        ends = {V.FAIL: "(test_x.py:3)", V.ERROR: f"(test_x.py:3, {when})", None: "", V.PASS: ""}
        assert text.endswith(ends.get(verdict, str(raised)))


@pytest.fixture
def log() -> VerdictLog:
    return VerdictLog(ONE)


def only(log: VerdictLog, *owned: str) -> RequirementResult:
    (result,) = log.results(dict.fromkeys(owned), lambda name: [f"o-{name}"])
    return result


#: What each test of a requirement gave, whether failures are waived, and what they come to.
FOUND = [
    ("ended pass", True, ("pass", "")),
    ("ended pass a, ended not-applicable b", False, ("pass", "a\nb")),
    ("ended pass a, ended fail b, ended fail c, ended error d", False, ("fail", "b\nc")),
    ("ended pass a, ended fail b, ended fail c, ended error d", True, ("error", "d")),
    ("ended pass a, ended fail b", True, ("waived", "b")),
    ("ended pass a; error b; fail c", False, ("fail", "c")),
    ("ended pass a; error b; fail c", True, ("error", "b")),
    ("ended fail a (test_x.py:1), ended fail a (test_x.py:2)", False, ("fail", "a\n(test_x.py:1)")),
    ("ended not-applicable a, ended not-assessed b", False, ("not-assessed", "b")),
    ("ended not-applicable a, ended not-applicable b", False, ("not-applicable", "a\nb")),
    ("unfinished pass a", False, ("not-assessed", NOT_RUN)),
    ("unfinished fail a, ended pass b", False, ("fail", "a")),
    ("unfinished fail a, ended pass b", True, ("not-assessed", NOT_RUN)),
    ("unfinished error a", True, ("error", "a")),
    ("selected, ended pass b", False, ("not-assessed", NOT_RUN)),
]


def each_test(found: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Of each test its state and its findings."""
    for one in found.split(", "):
        state, _, rest = one.partition(" ")
        pairs = [finding.partition(" ")[::2] for finding in rest.split("; ") if finding]
        yield state, [(verdict, message.replace(" (", "\n(")) for verdict, message in pairs]


@pytest.mark.parametrize(("found", "waived", "expected"), FOUND)
def test_tests_come_to_a_verdict_with_the_messages_of_the_worst(found, waived, expected):
    log = VerdictLog(ONE, waived={"AA-01": "known"} if waived else None)
    log.announce("other", ["BB-01"])
    log.note("other", V.FAIL, "x")
    for number, (state, findings) in enumerate(each_test(found)):
        log.announce(str(number), ["AA-01"])
        for verdict, message in findings:
            log.note(str(number), Verdict(verdict), message)
        if state == "ended":
            log.finish(str(number))
    message = "known\n" * (expected[0] == "waived") + expected[1]
    assert (only(log).verdict.value, only(log).message) == (expected[0], message)


@pytest.mark.parametrize(("version", "found", "waived", "expected"), [
    *((3, *row) for row in FOUND),
    (3, "", False, ("not-assessed", "")),
    (2, "ended fail a (test_x.py:1), ended fail a (test_x.py:2)",
     *(False, ("fail", "a\n(test_x.py:1)\na\n(test_x.py:2)"))),
    (2, "ended fail a, ended fail a", False, ("fail", "a")),
])  # fmt: skip
def test_the_verifier_comes_to_the_same(version, found, waived, expected):
    tests = [{"requirements": ["BB-01"], "state": "ended", "findings": [{"verdict": "fail", "message": "x"}]}]
    for state, pairs in each_test(found) if found else ():
        findings = [{"verdict": verdict, "message": message} for verdict, message in pairs]
        tests.append({"requirements": ["AA-01"], "state": state, "findings": findings})
    run = verify._Bundle({}, set(), {})
    run.__dict__.update(tests=dict(enumerate(tests)), signoff={"schema_version": f"{version}.0"})
    assert run._derived("AA-01", waived=waived) == (expected[0], expected[1].replace(NOT_RUN, ""))


def test_nothing_announced_is_not_built_or_not_selected(log):
    assert (only(log).verdict, only(log).message) == (Verdict.NOT_ASSESSED, NOT_BUILT)
    assert only(log, "AA-01").message == NOT_RUN
    log.announce("t1", ["BB-01"])
    assert only(log, "AA-01").message == NOT_SELECTED


def test_several_tests_add_up_with_time_evidence_and_the_messages_of_the_worst(log):
    for name, verdict in (("t1", Verdict.PASS), ("t2", Verdict.FAIL), ("t3", Verdict.FAIL)):
        log.announce(name, ["AA-01"])
        log.note(name, verdict, f"{name} said", 0.5)
        log.finish(name)
    result = only(log)
    assert (result.verdict, result.message, result.seconds) == (Verdict.FAIL, "t2 said\nt3 said", 1.5)
    assert (result.tests, result.evidence) == (("t1", "t2", "t3"), ("o-AA-01",))
    assert log.complete


@pytest.mark.parametrize(("noted", "ended", "verdict", "message"), [
    ({Verdict.PASS: "", Verdict.ERROR: "cannot be taken down"}, True, Verdict.ERROR, "cannot be taken down"),
    ({Verdict.PASS: ""}, False, Verdict.NOT_ASSESSED, NOT_RUN),
    ({Verdict.FAIL: "two active"}, False, Verdict.FAIL, "two active"),
], ids=["a fixture breaks after a pass", "nothing passes before the end", "what broke before the end"])  # fmt: skip
def test_what_a_test_notes_and_whether_it_ended_count(log, noted, ended, verdict, message):
    log.announce("t1", ["AA-01"])
    for one, text in noted.items():
        log.note("t1", one, text)
    if ended:
        log.finish("t1")
    assert (only(log).verdict, only(log).message, log.complete) == (verdict, message, ended)


def test_a_broken_file_is_an_error_of_the_requirements_that_it_proves(log):
    log.broken("suites/test_x.py", ["AA-01", "ZZ-99"], "cannot be imported")
    assert (only(log).verdict, only(log).message) == (Verdict.ERROR, "cannot be imported")
