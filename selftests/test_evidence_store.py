"""Reading a stored run's evidence, damaged ones too."""

import hashlib
import json
import math
from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.evidence.store import BLOBS, INLINE_LIMIT, LINES, EvidenceWriter, read_evidence
from conformance.evidence.stored_bundle import open_bundle
from conformance.evidence.witness import Witness


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An evidence folder with a short and a long answer."""
    witness = Witness.recording(tmp_path)
    witness.ask("node1", "role", lambda: "active")
    witness.ask("node1", "log", lambda: "x" * (INLINE_LIMIT + 1))
    witness.close()
    return tmp_path


def test_a_line_cut_off_by_a_killed_run_is_left_out(folder):
    with (folder / LINES).open("a") as lines:
        lines.write('{"id": "o-0003", "sco')
    assert [observation.id for observation in read_evidence(folder)] == ["o-0001", "o-0002"]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ('"active"', '"passive"'),
        ('"answer"', '"anser"'),
        ('{"id"', '"id"'),
        ('"blob": "', '"blob": "../'),
        ('"blob_kind": "text"', '"blob_kind": "json"'),
    ],
)
def test_a_changed_line_is_named_with_file_and_line(folder, good, bad):
    text = (folder / LINES).read_text()
    (folder / LINES).write_text(text.replace(good, bad))
    with pytest.raises(EvidenceError, match=r"observations\.jsonl:[12]: no observation"):
        read_evidence(folder)


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda path: None, "has no manifest.json"),
        (Path.mkdir, r"manifest.json: cannot be read \(is no regular file\)"),
    ],
)
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


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"id": ' + "[" * 100_000, "nested too deeply"),
        ('{"cite": "o-0001"}', "'by' is missing"),
        ('{"cite": "o-0009", "by": "AA-01"}', ""),
        ('{"id": "o-0009"}', "a field is missing, or of another type"),
        ("[1]", "a field is missing, or of another type"),
        ("nothing", "Expecting value: line 1 column 1"),
    ],
)
def test_what_is_wrong_with_a_line_is_said_in_words(folder, line, why):
    with (folder / LINES).open("a") as lines:
        lines.write(line + "\n")
    with pytest.raises(EvidenceError, match=f":3: no observation \\({why}") as problem:
        read_evidence(folder)
    assert "Error" not in problem.value.what


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *((name, 7) for name in ("id", "scope", "subject", "question", "sha256", "asked_by", "failed")),
        *(("asked_by", [7]), ("failed", "no"), ("number", "1"), ("number", 1.5)),
        *(("at_wall", "now"), ("at_wall", 1e300), ("at_wall", math.nan)),
        *(("at_monotonic", math.inf), ("at_monotonic", math.nan), ("at_monotonic", "now")),
    ],
)
def test_a_field_of_another_type_is_no_observation(folder, field, value):
    first, *more = (folder / LINES).read_text().splitlines()
    (folder / LINES).write_text("\n".join([json.dumps(json.loads(first) | {field: value}), *more, ""]))
    with pytest.raises(EvidenceError, match=r"observations\.jsonl:1: no observation"):
        read_evidence(folder)


EMPTY = hashlib.sha256(b"").hexdigest()
LISTED = {f"evidence/{LINES}": EMPTY, "signoff.json": hashlib.sha256(b"{}").hexdigest()}
UNREAD = ("junit.xml", "signoff.html", "progress.jsonl", "sarif.json", "logs/x/y", "repair/x")


@pytest.mark.parametrize(
    ("manifest", "expected"),
    [
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
    ],
)
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


def test_a_manifest_that_is_nested_too_deeply_is_one_line(tmp_path):
    (tmp_path / "manifest.json").write_text("[" * 100_000)
    with pytest.raises(EvidenceError, match=r"manifest\.json: is nested too deeply"):
        open_bundle(tmp_path)
