"""What the documents show is what the suite takes."""

import argparse
import re
import textwrap
from datetime import date
from unittest.mock import Mock

import pytest

from conformance.judgement import waiver
from conformance.judgement.catalogue import load
from conformance.judgement.verdict import Result, Verdict
from conformance.judgement.waiver import Waivers
from conformance.session import options
from selftests.whole_run import PROJECT

DOCUMENTS = sorted({*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "compose").glob("*.md")})
README = (PROJECT / "README.md").read_text(encoding="utf-8")


def test_the_waivers_that_the_documents_show_are_good_ones(tmp_path):
    text = (PROJECT / "docs" / "waivers.md").read_text()
    shown = "\n".join(line for line in text.splitlines() if line.startswith("    ") or not line)
    (tmp_path / "waivers.toml").write_text(textwrap.dedent(shown))
    entries = waiver.read(tmp_path / "waivers.toml")
    catalogue = load(PROJECT / "suites" / "catalogue.toml")
    assert set(Waivers(entries, catalogue, date(2026, 11, 23)).in_force) == {one.id for one in entries} != set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(PROJECT).as_posix())
def test_the_links_of_the_documents_lead_somewhere(document):
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", document.read_text(encoding="utf-8"))
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_readme_asks_for_two_commands_and_shows_one_picture():
    once = "sudo apt-get install -y tox python3-venv"
    typed = [line.strip() for line in README.splitlines() if line.startswith("    ")]
    assert [line.partition("  #")[0].rstrip() for line in typed if line] == [
        once,
        "tox -e conformance",
        "tox -e selftest",
    ]
    assert len(re.findall(r"!\[", README)) == 1
    assert len(README.splitlines()) <= 80, "a reader of the README has two minutes"


def test_the_readme_explains_every_verdict_and_result_and_leads_to_every_document():
    rows = "\n".join(line for line in README.splitlines() if line.startswith("| "))
    assert [one.value for one in Verdict if one.value not in rows] == []
    assert [one.value for one in Result if f"| {one.value} |" not in rows] == []
    listed = set(re.findall(r"\]\(([^)#:]+)", README))
    pages = {path.relative_to(PROJECT).as_posix() for path in DOCUMENTS if path.parent in (PROJECT / "docs", PROJECT)}
    assert pages - {"README.md"} - listed == set()


def test_the_options_of_the_documents_exist_and_every_option_is_documented():
    parser = Mock()
    options.add_options(parser)
    added = parser.getgroup.return_value.addoption.call_args_list
    known = {call.args[0] for call in added if call.kwargs.get("help") is not argparse.SUPPRESS}
    shown = {
        option
        for document in DOCUMENTS
        for line in document.read_text(encoding="utf-8").splitlines()
        for typed in re.findall(r"tox (?:-q )?-e conformance -- ([^`#]*)", line)
        for option in re.findall(r"(?<!\S)--[a-z-]+", typed)
    }
    assert shown - known == set()
    text = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    assert [option for option in sorted(known) if option not in text] == []
