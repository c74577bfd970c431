"""signoff.json against its schema, good and bad."""

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import EvidenceError
from conformance.evidence import provenance, signoff_schema
from conformance.judgement.catalogue import Kind, Level
from conformance.judgement.verdict import RequirementResult, Result, Verdict
from conformance.node.clock import NodeClock
from reports import signoff, terminal
from selftests import failover_texts


@pytest.fixture
def report() -> dict[str, Any]:
    """A good sign-off with one failing requirement and one failover."""
    time = dict.fromkeys(("fetch", "assemble", "boot", "wait", "harness", "total"), 1.5)
    failover = failover_texts.record(failover_texts.good()).summary()
    product = {"product": "DAS 3.1.0", "kernel": "4.5.1", "parts": []}
    facts = signoff.RunFacts("r1", "embedded", 1.0, 2.0, provenance.machine(), product, single_host=False)
    facts.time, facts.failovers = time, [failover]
    facts.clock_skew_seconds = {"node1": NodeClock(32400, -0.5, 0.01).as_json()}
    message = "node2 x:1: found 1\n(t)"
    result = RequirementResult("CLU-05", Level.MUST, Kind.FILES, Verdict.FAIL, message, ("o-0001",), 0.1, ("t",))
    return json.loads(json.dumps(signoff.build(facts, [result], Result.DOES_NOT_CONFORM)))


def test_a_good_report_obeys_the_schema_and_its_counts_add_up(report):
    assert signoff.violations(report) == []
    assert report["counts"]["fail"] == 1
    assert sum(report["counts"].values()) == len(report["requirements"])


@pytest.mark.parametrize(("expected", "tamper"), [
    ('"result" is a required property', lambda r: r.pop("result")),
    ('"GREEN" is not one of', lambda r: r.update(result="GREEN")),
    ("'mood' was unexpected", lambda r: r.update(mood="good")),
    ('"0.9" is not one of', lambda r: r.update(schema_version="0.9")),
    ('$.requirements.CLU-05: "verdict" is a required', lambda r: r["requirements"]["CLU-05"].pop("verdict")),
    ('"deviations" is a required', lambda r: r["requirements"]["CLU-05"].pop("deviations")),
    ("$.requirements.CLU-05.deviations: ", lambda r: r["requirements"]["CLU-05"]["deviations"].extend("aa")),
    ('$.summary: "failures" is a required', lambda r: r["summary"].pop("failures")),
    ('"o1" does not match', lambda r: r["requirements"]["CLU-05"]["evidence"].append("o1")),
    ('does not match "^[A-Z]+-[0-9]{2}$"', lambda r: r["requirements"].update(clu=r["requirements"]["CLU-05"])),
    ("has less than 1 propert", lambda r: r["requirements"].clear()),
    ("-1 is less than the minimum", lambda r: r["time"].update(wait=-1)),
    ("-1 is less than the minimum", lambda r: r["clock_skew_seconds"]["node1"].update(uncertainty=-1)),
    ('"utc_offset" is a required', lambda r: r["clock_skew_seconds"]["node1"].pop("utc_offset")),
    ('"fetch" is a required property', lambda r: r["time"].pop("fetch")),
    ('$.failovers[0].phases[0]: "budget" is', lambda r: r["failovers"][0]["phases"][0].pop("budget")),
    ("$.failovers[0].events.during", lambda r: r["failovers"][0]["events"]["during"].pop("hops")),
    ('"leader" is not one of', lambda r: r["failovers"][0]["roles_at_end"].update(node1="leader")),
])  # fmt: skip
def test_a_bad_report_is_reported_with_its_place(report, expected, tamper):
    tamper(report)
    violations = signoff.violations(report)
    assert len(violations) == 1
    assert expected in violations[0]


def test_a_report_that_is_nested_too_deeply_is_one_line():
    deep: list[object] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(EvidenceError, match=r"x: is not a sign-off of this suite: \$: is nested too deeply - take"):
        signoff_schema.demand(deep, "x", older=False)


def test_a_report_is_written_whole_and_ascii(report, tmp_path):
    report["argv"] = ["ä"]
    path = signoff.write(report, tmp_path)
    assert json.loads(path.read_bytes().decode("ascii")) == report
    assert [each.name for each in path.parent.iterdir()] == ["signoff.json"]


def test_the_terminal_shows_the_run_in_about_ten_lines(report):
    lines = terminal.lines(report, Path("reports/out/r1"), {"CLU-05": "Set the port."})
    assert lines == [
        "run       r1, target embedded (a host per node)",
        "product   DAS 3.1.0; kernel 4.5.1",
        "result    DOES NOT CONFORM, 1 failure",
        "verdicts  1 fail",
        "fail      CLU-05 (must) node2 x:1: found 1",
        "          repair: Set the port.",
        "faults    1 injected; never were both nodes active; no accepted event was lost; none was stored twice",
        "time      fetch 1.5 s, assemble 1.5 s, boot 1.5 s, wait 1.5 s, harness 1.5 s, total 1.5 s",
        "report    reports/out/r1/signoff.html, signoff.json, junit.xml, sarif.json, evidence/",
        "next      Operator: repair the failure, or have it waived; to judge only that again: "
        "tox -e conformance -- --rerun-failed r1",
    ]


@pytest.mark.parametrize(("tests", "line"), [
    ({"skipped": [], "xfailed": []}, ""),
    (
        {"skipped": [["CLU-05"], ["CLU-05", "EP-09"], ["EP-09"], ["OPS-05"], ["DB-01"]], "xfailed": [["FO-13"]] * 2},
        "tests     5 skipped, of 4 requirements: 1 beyond the page, 1 judged by other tests, 1 not-applicable, "
        "1 not-assessed; 2 xfailed: failures that do not make the run fail (FO-13)",
    ),
])  # fmt: skip
def test_what_pytest_counts_as_skipped_is_reported_in_verdicts(report, tests, line):
    one = report["requirements"]["CLU-05"]
    more = {"EP-09": ("must", "not-applicable"), "OPS-05": ("field", "not-applicable")}
    more["DB-01"] = ("must", "not-assessed")
    report["requirements"] |= {name: one | {"level": level, "verdict": text} for name, (level, text) in more.items()}
    text = " ".join(part.strip() for part in terminal.lines(report, Path("r"), {}, tests)[4:6])
    assert text.startswith(line) if line else "tests " not in text


def test_a_run_that_can_just_be_signed_says_so(report):
    report["requirements"]["CLU-05"]["verdict"] = "pass"
    assert terminal.lines(report, Path("r"))[-1] == "next      nothing but the signatures: open signoff.html"


def test_the_terminal_says_what_is_not_known_and_only_counts_what_is_too_much(report):
    one = report["requirements"]["CLU-05"]
    many = {f"AA-{n:02}": one | {"message": str(n) + "x" * 500} for n in range(25)}
    report |= {"product": {}, "single_host": None, "requirements": many}
    lines = terminal.lines(report, Path("r"))
    assert "product   unknown: the deployment was not reached" in lines
    assert "          and 5 more" in lines
    assert max(map(len, lines)) <= 160


def failing(*named: tuple[str, str, tuple[str, ...]], verdict: str = "fail") -> dict[str, Any]:
    """Requirements that are red: id, message, and what each follows from."""
    entry = {"verdict": verdict, "level": "must"}
    return {name: entry | {"message": text, "follows_from": list(causes)} for name, text, causes in named}


def test_what_follows_from_a_failure_stands_below_it():
    others = ("CLU-05", "port", ()), ("UM-02", "no", ("DS-01",))
    messages = failing(("DS-01", "other name", ("UM-01",)), ("UM-01", "H2", ()), *others)
    assert terminal._failing(messages) == [
        "fail      UM-01 (must) H2",
        "          follows: DS-01 (must) other name",
        "            follows: UM-02 (must) no",
        "fail      CLU-05 (must) port",
    ]


def test_what_is_alike_is_one_line_unless_something_follows_from_it():
    unseen = failing(*((f"DB-{n:02}", "no evidence: no server", ()) for n in range(1, 8)), verdict="error")
    line = "error     DB-01 (must), DB-02 (must), DB-03 (must), DB-04 (must) and 3 more no evidence: no server"
    assert terminal._failing(unseen) == [line]
    assert terminal._failing(unseen, {"DB-01": "Start it."}) == terminal._failing(unseen), "the message has the remedy"
    messages = failing(("AA-01", "x", ()), ("AA-02", "x", ()), ("BB-01", "y", ("AA-02",)), ("BB-02", "y", ("AA-02",)))
    alike = [f"fail      {name} (must) x" for name in ("AA-01", "AA-02")]
    assert terminal._failing(messages) == [*alike, "          follows: BB-01 (must), BB-02 (must) y"]


def test_every_failure_has_its_waiver_entry(report):
    failing = report["requirements"]["CLU-05"]
    report["requirements"] = {f"AA-{number:02}": failing for number in range(30)}
    entries = terminal.waiver_entries(report)
    assert [line[:5] for line in entries[1:]] == list(report["requirements"])


def test_of_a_long_xpath_the_last_steps_say_what_was_found():
    xpath = "/axisconfig[@name='AxisJava2.0']/clustering/parameter[@name='local member host']" * 2
    message = f"node2 conf/axis2.xml:637 {xpath}: found 'a', expected 'b'"
    messages = terminal._failing({"CLU-06": {"verdict": "fail", "level": "must", "message": message}})
    short = "clustering/parameter[@name='local member host']"
    assert messages == [f"fail      CLU-06 (must) node2 conf/axis2.xml:637 {short}: found 'a', expected 'b'"]
