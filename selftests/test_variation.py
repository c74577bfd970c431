"""How often a should failed in the last runs of a target: counted over stored sign-offs, told beside the should."""

import json

import pytest

from conformance.evidence import signoff_schema
from conformance.judgement.catalogue import Kind
from conformance.judgement.verdict import RequirementResult, Verdict
from reports import previous, terminal, variation
from selftests.project import CATALOGUE, Project
from selftests.sealed_run import SealedRun, refused
from selftests.stored_signoffs import GOOD, LEVELS, signoff

FAILS = {**GOOD, "FO-11": "fail"}


def results(verdict: str, name: str = "FO-11") -> list[RequirementResult]:
    """What the present run says of one requirement, all others pass."""
    return [
        RequirementResult(one, level, Kind.LOG, Verdict(verdict if one == name else "pass"))
        for one, level in LEVELS.items()
    ]


@pytest.mark.parametrize(
    ("before", "now", "rate"),
    [
        ([FAILS, GOOD], "fail", (2, 3)),
        ([FAILS, GOOD, GOOD], "pass", (1, 4)),
        ([FAILS, FAILS], "fail", (3, 3)),
        ([{**GOOD, "FO-11": "waived"}], "pass", (1, 2)),
        ([{**GOOD, "FO-11": "error"}, {**GOOD, "FO-11": "not-assessed"}, FAILS], "pass", (1, 2)),
        ([FAILS] * 20, "pass", (9, 10)),
    ],
)
def test_a_should_that_fails_or_failed_has_a_rate(before, now, rate):
    found = variation.of_shoulds(list(map(signoff, before)), results(now))

    assert found == {"FO-11": {"failed": rate[0], "runs": rate[1]}}


@pytest.mark.parametrize(
    ("before", "now"),
    [
        ([GOOD, GOOD], "pass"),
        ([], "fail"),
        ([{"CLU-01": "pass"}], "fail"),
        ([FAILS], "not-assessed"),
        ([FAILS], "error"),
    ],
    ids=["never failed", "no run before", "not judged before", "not judged now", "not seen now"],
)
def test_nothing_is_told_where_no_two_runs_can_be_compared(before, now):
    assert variation.of_shoulds(list(map(signoff, before)), results(now)) == {}


def test_a_must_has_no_rate():
    assert variation.of_shoulds([signoff({**GOOD, "CLU-01": "fail"})], results("fail", "CLU-01")) == {}


def test_a_requirement_that_earlier_runs_did_not_know_does_not_break():
    older = signoff()
    del older["requirements"]["FO-11"]

    assert variation.of_shoulds([older, signoff(FAILS)], results("pass")) == {"FO-11": {"failed": 1, "runs": 2}}


def test_the_sign_off_and_the_terminal_hold_the_rates(tmp_path):
    told = previous.compared([signoff(FAILS), signoff()], results("pass"))
    now = signoff(previous=told)

    assert signoff_schema.violations(now) == []
    assert "varies    FO-11 failed in 1 of the last 3 runs of this target; this run: pass" in terminal.lines(
        now, tmp_path
    )


def test_a_sign_off_of_before_the_rates_were_counted_has_none(tmp_path):
    older = signoff(
        previous={"run_id": "r0", "finished": 1.0, "result": "PARTIAL", "changed": {}}, schema_version="3.0"
    )

    assert signoff_schema.violations(older) == []
    assert dict(variation.of(older)) == {}
    assert dict(variation.of(signoff())) == {}
    assert not [line for line in terminal.lines(older, tmp_path) if line.startswith("varies")]


SUITE = """
@requirement("AA-01")
def test_a(deployment, witness):
    assert witness.ask("node1", "role", lambda: "passive") == "{0}", "node1 is passive"
"""


@pytest.fixture
def varying(project: Project) -> SealedRun:
    """The third run of a target, which passes what failed in the first two, a should."""
    catalogue = project.pytester.path / "suites" / "catalogue.toml"
    catalogue.write_text(CATALOGUE.replace('level = "must"\nkind = "fault"', 'level = "should"\nkind = "fault"'))
    for name, wanted in (("r-1", "active"), ("r-2", "active"), ("", "passive")):
        project.suite("one", SUITE.format(wanted))
        project.run()
        if name:
            project.folder.rename(project.folder.parent / name)
    return SealedRun(project.folder)


def test_the_page_tells_the_rate_beside_the_requirement_and_the_verifier_agrees(varying: SealedRun):
    told = json.loads((varying.folder / "signoff.json").read_text())

    assert told["previous"]["shoulds"] == {"AA-01": {"failed": 2, "runs": 3}}
    assert "failed in 2 of the last 3 runs of this target" in (varying.folder / "signoff.html").read_text()
    assert varying.verify() == 0


@pytest.mark.parametrize(
    ("name", "rate", "told"),
    [
        ("BB-01", {"failed": 1, "runs": 2}, "BB-01 has no such rate"),
        ("AA-01", {"failed": 4, "runs": 3}, "AA-01 has no such rate, 4 of 3 runs"),
        ("AA-01", {"failed": 3, "runs": 3}, "AA-01 passes here, so that it cannot have failed in all of 3 runs"),
    ],
)
def test_the_verifier_refuses_a_rate_that_cannot_be(
    varying: SealedRun, capsys: pytest.CaptureFixture[str], name: str, rate: dict[str, int], told: str
):
    with varying.signoff() as changed:
        changed["previous"]["shoulds"][name] = rate
    assert told in refused(varying, capsys)["summary"]
