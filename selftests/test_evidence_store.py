"""Reading a stored run's evidence, damaged ones too, and what of its wording is kept."""

import hashlib
import json
import math
from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.bundle import open_bundle
from conformance.evidence.keep import without_wording
from conformance.evidence.store import BLOBS, INLINE_LIMIT, LINES, EvidenceWriter, read_evidence
from conformance.evidence.witness import Witness
from conformance.node.services.console import TRAIL, Page, console_problem, trail

EMPTY = hashlib.sha256(b"").hexdigest()
LISTED = {f"evidence/{LINES}": EMPTY, "signoff.json": hashlib.sha256(b"{}").hexdigest()}
UNREAD = ("junit.xml", "signoff.html", "progress.jsonl", "sarif.json", "logs/x/y", "repair/x")
FACTS = 'JVM_MEM_OPTS="-Xms256m -Xmx1024m"\n  -DportOffset=3 \\\n'
NO_TEXT = {"status": 302, "html": "", "location": "login.jsp"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    witness = Witness.recording(tmp_path)
    witness.ask("node1", "role", lambda: "active")
    witness.ask("node1", "log", lambda: "x" * (INLINE_LIMIT + 1))
    witness.close()
    return tmp_path


def test_a_line_cut_off_by_a_killed_run_is_left_out(folder):
    with (folder / LINES).open("a") as lines:
        lines.write('{"id": "o-0003", "sco')
    assert [observation.id for observation in read_evidence(folder)] == ["o-0001", "o-0002"]


@pytest.mark.parametrize(("good", "bad"), [
    ('"active"', '"passive"'),
    ('"answer"', '"anser"'),
    ('{"id"', '"id"'),
    ('"blob": "', '"blob": "../'),
    ('"blob_kind": "text"', '"blob_kind": "json"'),
])  # fmt: skip
def test_a_changed_line_is_named_with_file_and_line(folder, good, bad):
    text = (folder / LINES).read_text()
    (folder / LINES).write_text(text.replace(good, bad))
    with pytest.raises(EvidenceError, match=r"observations\.jsonl:[12]: no observation"):
        read_evidence(folder)


@pytest.mark.parametrize(("make", "says"), [
    (lambda path: None, "has no manifest.json"),
    (Path.mkdir, r"manifest.json: cannot be read \(is no regular file\)"),
    (lambda path: path.write_text("[" * 100_000), r"manifest\.json: is nested too deeply"),
])  # fmt: skip
def test_a_manifest_that_cannot_be_read_is_named(tmp_path, make, says):
    make(tmp_path / "manifest.json")
    with pytest.raises(EvidenceError, match=says):
        open_bundle(tmp_path)


def test_a_question_that_is_answered_meanwhile_keeps_its_first_answer(tmp_path):
    witness = Witness.recording(tmp_path)
    assert witness.ask("node1", "role", lambda: witness.ask("node1", "role", lambda: "first") + ", second") == "first"
    assert len(witness.observations()) == 1


def test_evidence_without_long_answers_is_written_again(tmp_path):
    writer = EvidenceWriter(tmp_path)
    Witness.recording(tmp_path).ask("node1", "role", lambda: "active")
    made = read_evidence(tmp_path)
    writer.rewrite(made)
    assert read_evidence(tmp_path) == made


def test_a_changed_blob_and_a_folder_without_evidence_are_named(folder):
    (blob,) = (folder / BLOBS).iterdir()
    blob.write_text("something else")
    with pytest.raises(EvidenceError, match="o-0002 does not match its sha256"):
        read_evidence(folder)
    with pytest.raises(EvidenceError, match="is not there"):
        read_evidence(folder / BLOBS)


@pytest.mark.parametrize(("line", "why"), [
    ('{"id": ' + "[" * 100_000, "nested too deeply"),
    ('{"cite": "o-0001"}', "'by' is missing"),
    ('{"cite": "o-0009", "by": "AA-01"}', ""),
    ('{"id": "o-0009"}', "a field is missing, or of another type"),
    ("[1]", "a field is missing, or of another type"),
    ("nothing", "Expecting value: line 1 column 1"),
])  # fmt: skip
def test_what_is_wrong_with_a_line_is_said_in_words(folder, line, why):
    with (folder / LINES).open("a") as lines:
        lines.write(line + "\n")
    with pytest.raises(EvidenceError, match=f":3: no observation \\({why}") as problem:
        read_evidence(folder)
    assert "Error" not in problem.value.what


@pytest.mark.parametrize(("field", "value"), [
    *((name, 7) for name in ("id", "scope", "subject", "question", "sha256", "asked_by", "failed")),
    *(("asked_by", [7]), ("failed", "no"), ("number", "1"), ("number", 1.5)),
    *(("at_wall", "now"), ("at_wall", 1e300), ("at_wall", math.nan)),
    *(("at_monotonic", math.inf), ("at_monotonic", math.nan), ("at_monotonic", "now")),
])  # fmt: skip
def test_a_field_of_another_type_is_no_observation(folder, field, value):
    first, *more = (folder / LINES).read_text().splitlines()
    (folder / LINES).write_text("\n".join([json.dumps(json.loads(first) | {field: value}), *more, ""]))
    with pytest.raises(EvidenceError, match=r"observations\.jsonl:1: no observation"):
        read_evidence(folder)


@pytest.mark.parametrize(("manifest", "expected"), [
    *(({"format": number, "files": LISTED}, "") for number in (1, 2)),
    *(({"format": number, "files": LISTED}, "is of another format than 1 and 2") for number in (0, 3, "2")),
    ({"format": 2}, "is of another format than 1 and 2"),
    ({"format": 2, "files": [*LISTED]}, "is of another format than 1 and 2"),
    ([], "is not a JSON object"),
    *(({"format": 2, "files": LISTED | {name: EMPTY}}, "") for name in UNREAD),
    *(
        ({"format": 2, "files": LISTED | {name: EMPTY}}, f"{name} is in manifest.json but not there")
        for name in ("evidence/x", "notes.txt", "logs", "repair.txt", "x/junit.xml")
    ),
    *(
        ({"format": 2, "files": {one: LISTED[one] for one in LISTED if one != name}}, f"{name} is not in")
        for name in LISTED
    ),
    ({"format": 2, "files": dict.fromkeys(LISTED, EMPTY)}, "signoff.json was changed: found sha256 44136fa355"),
])  # fmt: skip
def test_a_bundle_is_what_its_manifest_lists_but_for_what_is_for_readers(tmp_path, manifest, expected):
    (tmp_path / "evidence").mkdir()
    for name, text in {f"evidence/{LINES}": "", "signoff.json": "{}", "manifest.json": json.dumps(manifest)}.items():
        (tmp_path / name).write_text(text)
    try:
        bundle = open_bundle(tmp_path)
        said = ""
    except EvidenceError as problem:
        said = str(problem)
    assert expected in said
    assert bool(said) == bool(expected)
    if not expected:
        assert (bundle.evidence("none"), bundle.file("none"), bundle.observations) == (b"", b"", [])
        with pytest.raises(EvidenceError, match="the run has no observation 'deployment'"):
            bundle.answer("deployment")


AXIS2 = """<?xml version="1.0" encoding="ISO-8859-1"?>
<!-- Someone's licence and explanation -->
<axisconfig name="AxisJava2.0">
  <!-- and more of it -->
  <parameter name="hotdeployment">true</parameter>
  <clustering enable="true"><parameter name="domain">d</parameter></clustering>
</axisconfig>"""


def test_comments_and_elements_that_no_one_reads_go():
    kept = without_wording("file repository/conf/axis2/axis2.xml", AXIS2)
    assert "explanation" not in kept
    assert "hotdeployment" not in kept
    assert '<parameter name="domain">d</parameter>' in kept


@pytest.mark.parametrize(("question", "answer", "kept"), [
    ("file bin/wso2server.sh", f"#!/bin/sh\n# A long story.\n{FACTS}if true; then echo said; fi\n", FACTS),
    ("console page x",
     {"status": 200, "html": "<h1>Welcome</h1><label>Signed-in as:</label>admin@carbon.super<p>More</p>"},
     {"status": 200, "html": "Signed-in as:</label>admin@carbon.super"}),
    ("console page x", NO_TEXT, NO_TEXT),
    ("file repository/conf/analytics/my-node-id.dat", "id-1", "id-1"),
    ("pid", 17, 17),
    ("log: repository/logs/wso2carbon.log", "<!-- x -->", "<!-- x -->"),
], ids=["lines that set something", "who is logged in", "no text", "an id", "a number", "a log"])  # fmt: skip
def test_facts_stay(question, answer, kept):
    assert without_wording(question, answer) == kept


MENU = """<div id="menu"> <ul class="main">
<li><a href="../admin/index.jsp">Home</a></li>
<li id="region1" class="menu-header" onclick="collapse()">Manage</li>
<li class="normal"><ul class="sub"><li>Users</li><li><ul class="sub"><li><a href="u.jsp">Add</a></li></ul></li>
<li class="menu-disabled-link" style="background: x">Batch Analytics</li>
<li class="normal"><ul class="sub"><li><a href="../spark/sparkConsole.jsp">Console</a></li></ul></li></ul></li>
</ul></div><h2>Welcome &amp; more</h2><p>Long text</p>"""


def test_a_page_keeps_the_way_to_the_console_and_loses_all_others():
    kept = without_wording("console page x", {"status": 200, "html": MENU})["html"]
    assert trail(Page("x", 200, "", kept)) == trail(Page("x", 200, "", MENU)) == TRAIL
    assert not any(word in kept for word in ("Home", "Users", "Add", "onclick", "style", "Long text"))


def test_a_page_keeps_whether_the_terminal_is_there():
    page = {"status": 200, "html": "<h2>Interactive Analytics Console</h2><div id='terminal'>Welcome</div>"}
    kept = Page("x", 200, "", without_wording("console page x", page)["html"])
    assert console_problem(kept) == ""
    assert "Welcome" not in kept.html
