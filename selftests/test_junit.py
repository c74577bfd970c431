"""junit.xml as a standard reader reads it."""

from pathlib import Path
from xml.etree import ElementTree

from junitparser import Error, Failure, JUnitXml, Skipped, TestSuite

from reports import junit
from selftests import sealed_run
from selftests.project import Project
from selftests.stored_signoffs import signoff

SUITE = """
@requirement("AA-01")
def test_a(deployment):
    assert "<&>\\x00\\x1b" == "]]>", "node2 <&>\\x00 has none"

@requirement("BB-01")
def test_b():
    1 / 0
"""


def suite_of(path: Path) -> TestSuite:
    """The one test suite of a file."""
    (suite,) = JUnitXml.fromfile(str(path))
    return suite


def test_a_reader_counts_what_the_sign_off_counts_and_finds_requirement_verdict_and_message(project: Project) -> None:
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


def test_waived_and_not_applicable_are_skipped_a_pass_has_no_result_and_the_run_is_told_in_properties(
    project: Project,
) -> None:
    run = sealed_run.made(project)
    with run.signoff() as told:
        told["requirements"]["AA-01"]["verdict"] = "waived"
        told["counts"].update({"waived": 1, "fail": 0})
    suite = suite_of(junit.write(told, run.folder, {}))
    assert [[one.type for one in case.result] for case in suite] == [["waived"], [], ["not-applicable"]]
    assert suite.skipped == 2
    properties = {one.name: one.value for one in suite.properties()}
    assert {name: told[name] for name in ("run_id", "target", "result")}.items() <= properties.items()


def test_a_recommendation_is_named_as_one_and_a_must_is_not() -> None:
    told = signoff({"CLU-01": "fail", "FO-11": "fail", "FO-14": "pass"})
    cases = ElementTree.fromstring(junit.render(told, {"FO-11": "It goes on."})).iter("testcase")
    shown = [(case.get("name"), [one.get("type") for one in case]) for case in cases]
    assert shown == [("CLU-01", ["fail"]), ("FO-11 (recommendation) It goes on.", ["not met"]), ("FO-14", [])]
