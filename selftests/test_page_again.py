"""How the page says to run the same again, and what it says of a run that another catalogue judged."""

import hashlib
import json
import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest
from lxml import html

from conformance.errors import EvidenceError
from conformance.targets import replay
from reports import __main__
from reports.bands import svg
from reports.page.command import main
from reports.page.render import repeating
from reports.page.run_files import RunFiles
from selftests import sealed_run
from selftests.test_page import CATALOGUE, page, signoff

GIVEN = ("-c", "pyproject.toml")


@pytest.mark.parametrize(("argv", "expected"), [
    ([*GIVEN, "--run-id", "first"], "tox -e conformance"),
    ([*GIVEN, "--run-id=first", "--acceptance"], "tox -e conformance -- --acceptance"),
    ([*GIVEN, "-k", "a or b", "--target", "snapshot:my homes"],
     "tox -e conformance -- -k 'a or b' --target 'snapshot:my homes'"),
    (["suites", "-x"], "tox -e conformance -- suites -x"),
    ([*GIVEN, "--run-id"], "tox -e conformance"),
    (["-c"], "tox -e conformance -- -c"),
    ([], "tox -e conformance"),
])  # fmt: skip
def test_the_command_is_that_of_the_run_without_its_id(argv, expected):
    assert repeating(argv) == expected
    assert shlex.split(expected)[:3] == ["tox", "-e", "conformance"]


def kept(records: object) -> RunFiles:
    return RunFiles(
        lambda name: json.dumps(records).encode() if "catalogue" in name else b"", Path("/nowhere"), signed=False
    )


def test_a_requirement_that_todays_catalogue_lacks_is_reported_as_the_run_judged_it_if_that_is_known():
    report = signoff()
    report["requirements"]["OLD-01"] = dict(report["requirements"]["DB-01"])
    record = {"id": "OLD-01", "level": "must", "kind": "files", "sentence": "As it was.", "section": "Step 99"}
    tree = html.document_fromstring(page(report, kept=kept([record])))
    assert len(tree.xpath("//details[@class='requirement']")) == len(CATALOGUE) + 1
    assert "As it was." in tree.get_element_by_id("OLD-01").text_content()
    assert tree.xpath("//h3")[0].text_content() == "Step 99"
    assert html.document_fromstring(page(report)).get_element_by_id("OLD-01") is not None


@pytest.mark.parametrize(("sentence", "section"), [
    ("The jar lies elsewhere.", "Step 1"), ("The jar is there.", CATALOGUE["DB-01"].section),
], ids=["another sentence", "the same under another title"])  # fmt: skip
def test_what_was_reworded_since_keeps_its_words_and_takes_the_repair_of_today_where_it_is_the_same(sentence, section):
    signed_off = signoff()
    signed_off["requirements"]["DB-01"] |= {"verdict": "fail", "message": "no jar"}
    record = {"id": "DB-01", "level": "must", "sentence": sentence, "section": section}
    shown = html.document_fromstring(page(signed_off, kept=kept([record]))).get_element_by_id("DB-01").text_content()
    assert sentence in shown
    assert (CATALOGUE["DB-01"].repair in shown) == (section != "Step 1")


@pytest.mark.parametrize("records", [{"id": "DB-01"}, ["DB-01"], [{"id": "DB-01"}], [7], "x"])
def test_a_damaged_catalogue_of_a_run_is_named(records):
    with pytest.raises(EvidenceError, match=r"evidence/catalogue\.json is not a catalogue"):
        page(signoff(), kept=kept(records))


def test_the_page_made_again_shows_the_runs_own_requirements_and_signature_or_why_it_cannot_be_written(project, capsys):
    run = sealed_run.made(project)
    again = run.folder / "again.html"
    assert main([str(run.folder), "-o", str(again)]) == 0
    tree = html.document_fromstring(again.read_text())
    first = html.document_fromstring((run.folder / "signoff.html").read_text())
    assert tree.xpath("//details/@id") == first.xpath("//details/@id") == ["AA-01", "BB-01", "CC-01"]
    hashed = hashlib.sha256((run.folder / "signoff.json").read_bytes()).hexdigest()
    assert hashed in tree.get_element_by_id("signatures").text_content()
    assert hashed in first.get_element_by_id("signatures").text_content()
    assert __main__.main(["html", str(run.folder), "-o", str(run.folder / "junit.xml" / "page.html")]) == 2
    assert "Not a directory - name another file with -o" in capsys.readouterr().err.splitlines()[-1]


def test_a_sentence_of_a_run_that_would_turn_the_text_around_is_cleaned():
    record = {"id": "DB-01", "sentence": "all\u202ewell\x00", "section": "Step\x1b 1"}
    assert not re.search("[\x00\x1b\u202e]", page(signoff(), kept=kept([record])))


@pytest.mark.parametrize(("field", "value"), [
    ("failovers", [{"kind": "failover"}]), ("requirements", {}), ("result", "<b>fine</b>"), ("started", "1"),
    ("started", float("nan")), ("argv", [7]), ("run_id", None), ("more", "x"),
])  # fmt: skip
@pytest.mark.parametrize("made_by", ["html", "diff", "flakes"])
def test_what_is_not_of_the_schema_is_refused_in_a_line_before_anything_is_made(project, capsys, field, value, made_by):
    run = sealed_run.made(project)
    with run.signoff() as report:
        report[field] = value
    arguments = {"html": [str(run.folder)], "diff": [str(run.folder)] * 2, "flakes": [str(run.folder.parent)]}
    capsys.readouterr()
    assert __main__.main([made_by, *arguments[made_by]]) == 2
    printed = capsys.readouterr()
    lines = [line for line in printed.err.splitlines() if "is not a sign-off of this suite: $" in line]
    assert len(lines) == 1
    assert printed.out == ""
    assert all(len(line) < 700 for line in lines)


def test_a_replay_refuses_what_is_not_of_the_schema(project):
    run = sealed_run.made(project)
    with run.signoff() as report:
        report["result"] = "FINE"
    with pytest.raises(EvidenceError, match=r"is not a sign-off of this suite: \$\.result"):
        replay.open_target(SimpleNamespace(target_argument=str(run.folder)))


def test_every_text_of_a_picture_is_escaped_and_what_is_no_number_is_refused():
    evil = "</title><script>alert(1)</script>"
    changes = [{"node": evil, "role": "active", "at_wall": 1.0, "place": evil}]
    failover = {"name": evil, "fault": {"at_wall": 0.0}, "ended_wall": 2.0, "spans": [], "phases": []}
    failover |= {"changes": changes}
    assert "<script" not in svg(failover)
    with pytest.raises(TypeError):
        svg(failover | {"rates": [{"second": 0, "sent": 1, "accepted": evil, "stored": 1}]})
    assert svg(failover | {"ended_wall": 1e12}).count("<line") < 40
