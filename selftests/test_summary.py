"""The result for build servers: with its numbers, as Markdown without markup out of messages, and as junit.xml."""

from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite

from conformance.judgement.catalogue import Kind, Level
from conformance.judgement.verdict import RequirementResult, Verdict, overall
from reports import __main__, junit
from reports.summary import counted, headline, numbers
from reports.summary_page import lines
from selftests import sealed_run
from selftests.stored_signoffs import signoff


def one(verdict: Verdict, level: Level = Level.MUST, *deviations: str) -> RequirementResult:
    return RequirementResult("AA-01", level, Kind.FILES, verdict, deviations=deviations)


GOOD, BAD, UNSEEN = one(Verdict.PASS), one(Verdict.FAIL), one(Verdict.ERROR)
SHOULD = one(Verdict.FAIL, Level.SHOULD)


@pytest.mark.parametrize(("results", "text"), [
    ([GOOD], "CONFORMS"),
    ([one(Verdict.PASS, Level.MUST, "a", "b", "c"), SHOULD],
     "CONFORMS, 3 deviations of name, 1 recommendation not met"),
    ([one(Verdict.PASS, Level.MUST, "a"), one(Verdict.PASS, Level.MUST, "a")], "CONFORMS, 1 deviation of name"),
    ([BAD, GOOD], "DOES NOT CONFORM, 1 failure"),
    ([BAD, BAD, SHOULD, UNSEEN], "DOES NOT CONFORM, 2 failures, 1 must could not be judged, 1 recommendation not met"),
    ([UNSEEN, UNSEEN], "INCOMPLETE, no failure was seen, but 2 musts could not be judged"),
    ([GOOD, one(Verdict.FAIL, Level.FIELD), one(Verdict.ERROR, Level.FIELD)], "CONFORMS"),
    ([GOOD, one(Verdict.ERROR, Level.SHOULD)], "CONFORMS"),
])  # fmt: skip
def test_the_line_says_what_an_operator_must_know(results, text):
    assert headline({"result": overall(results).value, "summary": numbers(results)}) == text
    assert headline({"result": "INCOMPLETE", "summary": numbers([BAD, UNSEEN])}).startswith("INCOMPLETE, 1 failure, 1")
    # A run of before has its result alone.
    assert headline({"result": "PARTIAL"}) == "PARTIAL"


def run(**verdicts: str) -> dict[str, object]:
    """A sign-off with these verdicts; FO-11 is a should, the others are musts."""
    given = {"CLU-01": "pass", "FO-11": "pass", "FO-14": "pass"}
    return signoff(given | {name.replace("_", "-"): verdict for name, verdict in verdicts.items()})


@pytest.mark.parametrize(("verdicts", "expected"), [
    ({"FO_11": "fail"}, [("advice", 1, "recommendation not met (FO-11)"), ("pass", 2, "pass")]),
    ({"FO_11": "fail", "CLU_01": "fail"},
     [("fail", 1, "fail"), ("advice", 1, "recommendation not met (FO-11)"), ("pass", 1, "pass")]),
    ({"FO_11": "error"}, [("advice", 1, "recommendation could not be judged (FO-11)"), ("pass", 2, "pass")]),
])  # fmt: skip
def test_a_recommendation_that_is_not_met_is_never_a_bare_failure_and_comes_after_failures(verdicts, expected):
    assert counted(run(**verdicts)) == expected
    assert headline(run(FO_11="fail")) == "CONFORMS, 1 recommendation not met (FO-11)"


def test_failures_are_counted_by_their_causes_and_many_recommendations_are_only_counted():
    report = run(CLU_01="fail", FO_14="fail", FO_11="fail")
    report["requirements"]["FO-14"]["follows_from"] = ["CLU-01"]
    report["requirements"] |= {f"XX-{n:02}": report["requirements"]["FO-11"] for n in range(4)}
    report["summary"]["shoulds_failed"] = 5
    report["summary"]["failures"] = 7
    shown = "5 recommendations not met (FO-11, XX-00, XX-01 and 2 more)"
    assert headline(report) == f"CONFORMS, 2 failures from 1 cause, {shown}"


@pytest.mark.parametrize(("result", "level", "verdict", "message", "shown"), [
    ("PARTIAL", "must", "not-assessed", "not selected in this run", "PARTIAL, 1 requirement not selected"),
    ("PARTIAL", "should", "not-assessed", "not selected in this run", "PARTIAL, 1 requirement not selected"),
    ("PARTIAL", "field", "not-assessed", "not selected in this run", "PARTIAL"),
    ("PARTIAL", "must", "not-assessed", "not built", "PARTIAL"),
    ("INCOMPLETE", "must", "not-assessed", "not selected in this run", "INCOMPLETE"),
])  # fmt: skip
def test_how_much_of_the_page_was_not_selected_is_said_where_that_decides(result, level, verdict, message, shown):
    partial = run() | {"result": result}
    partial["requirements"] |= {"XX-01": {"level": level, "verdict": verdict, "message": message}}  # type: ignore[operator]
    assert headline(partial) == shown


def red(**messages):
    """A sign-off of failures with these messages; FO-14 follows from CLU-01."""
    run = signoff({"CLU-01": "fail", "FO-11": "error", "FO-14": "fail"})
    for name, text in messages.items():
        run["requirements"][name.replace("_", "-")]["message"] = text
    run["requirements"]["FO-14"]["follows_from"] = ["CLU-01"]
    return run


def test_a_good_run_has_a_heading_and_counts_alone():
    text = list(lines(signoff()))
    assert text[0] == "## CONFORMS"
    assert "| pass | 3 |" in text
    assert not [line for line in text if "what was found" in line]


def test_failures_come_below_their_cause_and_errors_are_named():
    rows = [line.split(" | ") for line in lines(red(CLU_01="off", FO_14="two actives")) if " | must | " in line]
    assert [row[0].strip("| ") for row in rows] == ["CLU-01", "FO-14"]
    assert rows[1][-1] == "follows from CLU-01: two actives |"
    assert [line for line in lines(red()) if line.startswith("| FO-11 | should | error |")]


@pytest.mark.parametrize("text", ["a | b", "[x](y)", "<img src=x>", "`code`", "line\nbreak\x1b[31m", "@everyone"])
def test_a_message_stays_one_cell_of_plain_text(text):
    row = next(line for line in lines(red(CLU_01=text)) if line.startswith("| CLU-01 "))
    assert row.replace("\\|", "").count("|") == 5
    row = row.replace("<br>", " ")
    assert not {"[", "<", "`", "@"} & {after for before, after in pairwise(row) if before != "\\"}
    assert "\n" not in row
    assert "\x1b" not in row


def test_findings_of_one_requirement_stand_below_one_another_without_the_places_of_their_tests():
    text = "node1 a.xml:3: found 1\n(suites/test_a.py:7)\nnode2 a.xml:3: found 2\n(suites/test_a.py:7)"
    row = next(line for line in lines(red(CLU_01=text)) if line.startswith("| CLU-01 "))
    assert row.endswith(" | node1 a.xml:3: found 1<br>node2 a.xml:3: found 2 |")


def test_a_run_in_which_everything_failed_fits_a_page():
    run = red()
    run["requirements"] |= {f"XX-{n}": run["requirements"]["CLU-01"] | {"message": "x" * 9999} for n in range(999)}
    text = "\n".join(lines(run))
    assert len(text.encode()) < 1 << 20
    assert "and 852 more" in text


def test_the_command_says_whether_the_stored_run_verifies(project, capsys):
    run = sealed_run.made(project)

    def printed() -> str:
        capsys.readouterr()
        assert __main__.main(["summary", "stored", "--out", str(run.folder.parent)]) == 0
        return str(capsys.readouterr().out).replace("\\", "")

    good = printed()
    assert good.startswith("## DOES NOT CONFORM, 1 failure\n")
    firsts = [line.split(" ")[1] for line in good.splitlines() if line.startswith("- ")]
    assert firsts == ["verified", "unsigned:"]
    with run.signoff() as report:
        report["result"] = "CONFORMS"
    forged = printed()
    assert forged.startswith("## NOT VERIFIED, its sign-off says CONFORMS, 1 failure\n")
    assert "\n- refused result: is given as CONFORMS, derived is DOES NOT CONFORM\n" in forged
    (run.folder / "manifest.json").unlink()
    assert "## NOT VERIFIED, its sign-off says CONFORMS" in (killed := printed())
    assert "- incomplete " in killed


def test_a_run_that_is_not_there_is_one_line(tmp_path, capsys):
    assert __main__.main(["summary", "nothing", "--out", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("error: ")


SUITE = """
@requirement("AA-01")
def test_a(deployment):
    assert "<&>\\x00\\x1b" == "]]>", "node2 <&>\\x00 has none"

@requirement("BB-01")
def test_b():
    1 / 0
"""


def suite_of(path: Path) -> TestSuite:
    (suite,) = JUnitXml.fromfile(str(path))
    return suite


def test_a_reader_counts_what_the_sign_off_counts_and_finds_requirement_verdict_and_message(project):
    project.suite("two", SUITE)
    project.run()
    suite, counts = suite_of(project.folder / "junit.xml"), project.signoff["counts"]
    read = (suite.tests, suite.failures, suite.errors, suite.skipped)
    assert read == (3, counts["fail"], counts["error"], counts["not-assessed"]) == (3, 1, 1, 1)
    suite.update_statistics()
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == read

    first, second, third = suite
    assert (first.name, first.classname) == ("AA-01 The first thing holds.", "must.AA")
    assert [type(case.result[0]) for case in (first, second, third)] == [Failure, Error, Skipped]
    assert first.result[0].message == "node2 <&>? has none"
    assert (third.result[0].type, third.result[0].message) == ("not-assessed", "not built")


def test_waived_and_not_applicable_are_skipped_a_pass_has_no_result_and_the_run_is_reported_in_properties(project):
    run = sealed_run.made(project)
    with run.signoff() as report:
        report["requirements"]["AA-01"]["verdict"] = "waived"
        report["counts"].update({"waived": 1, "fail": 0})
    suite = suite_of(junit.write(report, run.folder, {}))
    assert [[one.type for one in case.result] for case in suite] == [["waived"], [], ["not-applicable"]]
    assert suite.skipped == 2
    properties = {one.name: one.value for one in suite.properties()}
    assert {name: report[name] for name in ("run_id", "target", "result")}.items() <= properties.items()


def test_a_recommendation_is_named_as_one_a_must_is_not_and_what_is_beyond_the_page_is_skipped():
    signed_off = signoff({"CLU-01": "fail", "FO-11": "fail", "FO-14": "pass"})
    of = signed_off["requirements"]["CLU-01"]
    signed_off["requirements"] |= {name: of | {"level": "field", "verdict": name} for name in ("fail", "pass")}
    (suite,) = ElementTree.fromstring(junit.render(signed_off, {"FO-11": "It goes on."}))
    counts = {"tests": "5", "failures": "2", "errors": "0", "skipped": "1"}
    assert suite.attrib == counts | {"name": "conformance", "time": "900.000"}
    cases = suite.findall("testcase")
    assert {case.get("time") for case in cases} == {"0.000"}
    assert [(case.get("name"), [(one.tag, one.get("type")) for one in case]) for case in cases] == [
        ("CLU-01", [("failure", "fail")]),
        ("FO-11 (recommendation) It goes on.", [("failure", "not met")]),
        ("FO-14", []),
        ("fail", [("skipped", "fail")]),
        ("pass", []),
    ]
