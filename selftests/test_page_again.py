"""How the page says to run the same again, and what it tells of a run that another catalogue judged."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from pathlib import Path

import pytest
from lxml import html

from conformance.errors import EvidenceError
from reports.page.command import main
from reports.page.kept import Kept
from reports.page.reproduce import command
from selftests import sealed_run
from selftests.project import Project
from selftests.test_page import CATALOGUE, page, signoff

GIVEN = ("-c", "pyproject.toml")


@pytest.mark.parametrize(
    ("argv", "told"),
    [
        ([*GIVEN, "--run-id", "first"], "tox -e conformance"),
        ([*GIVEN, "--run-id=first", "--acceptance"], "tox -e conformance -- --acceptance"),
        ([*GIVEN, "-k", "a or b", "--target", "snapshot:my homes"],
         "tox -e conformance -- -k 'a or b' --target 'snapshot:my homes'"),
        (["suites", "-x"], "tox -e conformance -- suites -x"),
        ([*GIVEN, "--run-id"], "tox -e conformance"),
        (["-c"], "tox -e conformance -- -c"),
        ([], "tox -e conformance"),
    ],
)  # fmt: skip
def test_the_command_is_that_of_the_run_without_its_id(argv, told):
    assert command(argv) == told
    assert shlex.split(told)[:3] == ["tox", "-e", "conformance"]


def kept(records: object) -> Kept:
    return Kept(
        lambda name: json.dumps(records).encode() if "catalogue" in name else b"", Path("/nowhere"), signed=False
    )


def test_a_requirement_that_todays_catalogue_lacks_is_told_as_the_run_judged_it():
    told = signoff()
    told["requirements"]["OLD-01"] = dict(told["requirements"]["DB-01"])
    record = {"id": "OLD-01", "level": "must", "kind": "files", "sentence": "As it was.", "section": "Step 99"}
    tree = html.document_fromstring(page(told, kept=kept([record])))
    assert len(tree.xpath("//details[@class='requirement']")) == len(CATALOGUE) + 1
    assert "As it was." in tree.get_element_by_id("OLD-01").text_content()
    assert tree.xpath("//h3")[0].text_content() == "Step 99"


def test_a_sentence_that_changed_since_keeps_its_words_and_takes_no_repair_of_today():
    told = signoff()
    told["requirements"]["DB-01"] |= {"verdict": "fail", "message": "no jar"}
    record = {"id": "DB-01", "level": "must", "sentence": "The jar lies elsewhere.", "section": "Step 1"}
    shown = html.document_fromstring(page(told, kept=kept([record]))).get_element_by_id("DB-01").text_content()
    assert "The jar lies elsewhere." in shown
    assert CATALOGUE["DB-01"].repair not in shown


def test_a_requirement_that_no_catalogue_knows_is_there_too():
    told = signoff(requirements={"XX-01": signoff()["requirements"]["DB-01"]})
    assert html.document_fromstring(page(told)).get_element_by_id("XX-01") is not None


@pytest.mark.parametrize("records", [{"id": "DB-01"}, ["DB-01"], [{"id": "DB-01"}], [7], "x"])
def test_a_damaged_catalogue_of_a_run_is_named(records):
    with pytest.raises(EvidenceError, match=r"evidence/catalogue\.json is no catalogue"):
        page(signoff(), kept=kept(records))


def test_the_page_made_again_tells_the_runs_own_requirements_and_what_is_signed(project: Project):
    run = sealed_run.made(project)
    again = run.folder / "again.html"
    assert main([str(run.folder), "-o", str(again)]) == 0
    tree = html.document_fromstring(again.read_text())
    first = html.document_fromstring((run.folder / "signoff.html").read_text())
    assert tree.xpath("//details/@id") == first.xpath("//details/@id") == ["AA-01", "BB-01", "CC-01"]
    hashed = hashlib.sha256((run.folder / "signoff.json").read_bytes()).hexdigest()
    assert hashed in tree.get_element_by_id("signatures").text_content()
    assert hashed in first.get_element_by_id("signatures").text_content()


def test_a_sentence_of_a_run_that_would_turn_the_text_around_is_cleaned():
    record = {"id": "DB-01", "sentence": "all\u202ewell\x00", "section": "Step\x1b 1"}
    assert not re.search("[\x00\x1b\u202e]", page(signoff(), kept=kept([record])))
