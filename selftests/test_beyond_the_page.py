"""What is beyond the page is reported in a section of its own, and decides nothing."""

import pytest
from junitparser import JUnitXml
from lxml import html

from reports import signoff
from selftests.project import CATALOGUE, Project
from selftests.sealed_run import SealedRun

_LAST = 'level = "{}"\nkind = "files"\nsentence = "No test'
FIELD = CATALOGUE.replace(_LAST.format("must"), _LAST.format("field"))
SUITE = """
@requirement("AA-01")
def test_a(witness):
    assert witness.ask("node1", "role", lambda: "active")

@requirement("BB-01")
def test_b(witness):
    assert witness.ask("node1", "file", lambda: "there")

@requirement("CC-01")
def test_c(witness):
    found = witness.ask("node1", "mode", lambda: "STANDALONE")
    {0}
"""
FAILS = 'assert found != "STANDALONE", "node1 tasks-config.xml: STANDALONE runs each script twice"'
BREAKS = 'raise EvidenceError("no tasks-config.xml", "hand it in")'


@pytest.fixture
def field(project: Project) -> Project:
    """A project whose CC-01 is beyond the page, with a repair."""
    repair = 'sentence = "Scripts run once."\nrepair = "Set CLUSTERED."'
    text = FIELD.replace('sentence = "No test judges this."', repair)
    (project.suites / "catalogue.toml").write_text(text)
    return project


@pytest.mark.parametrize(("body", "verdict"), [(FAILS, "fail"), (BREAKS, "error"), ("assert found", "pass")])
def test_no_verdict_of_it_changes_result_counts_or_exit_code(field, body, verdict):
    field.suite("field", SUITE.format(body))
    assert field.run("--acceptance") is pytest.ExitCode.OK
    signed_off = field.signoff
    assert (field.verdict("CC-01"), signed_off["result"]) == (verdict, "CONFORMS")
    assert sum(signed_off["counts"].values()) == 2
    assert signed_off["summary"]["beyond_the_page"] == (verdict == "fail")
    assert signoff.violations(signed_off) == []


def test_terminal_and_page_have_a_place_of_its_own_and_no_build_fails_for_it(field, capsys):
    field.suite("field", SUITE.format(FAILS))
    field.run()
    shown = capsys.readouterr().out
    assert "beyond the page: 1 finding\n          CC-01 node1 tasks-config.xml: STANDALONE runs each script" in shown
    assert "result    CONFORMS\nverdicts  2 pass\n" in shown
    assert "CC-01 = {" not in shown
    tree = html.fromstring((field.folder / "signoff.html").read_bytes())
    (section,) = tree.xpath("//section[@id='beyond']")
    assert "STANDALONE runs each script twice" in section.text_content()
    assert "Set CLUSTERED." in section.text_content()
    assert "CC-01" not in tree.xpath("//section[@id='open']")[0].text_content()
    (suite,) = JUnitXml.fromfile(str(field.folder / "junit.xml"))
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (3, 0, 0, 1)
    assert SealedRun(field.folder).verify() == 0


def test_what_could_not_be_seen_is_named(field, capsys):
    field.suite("field", SUITE.format(BREAKS))
    field.run()
    assert "beyond the page: no finding; could not be judged: CC-01\n" in capsys.readouterr().out


def test_a_test_that_proves_a_must_too_fails_the_run(field):
    field.suite("field", '@requirement("CC-01", "BB-01")\ndef test_both():\n    assert not "both"\n')
    assert field.run() is pytest.ExitCode.TESTS_FAILED
