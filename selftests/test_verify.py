"""The verifier accepts what a run sealed, and refuses a bundle for each rule that was broken in it."""

import base64
import gzip
import io
import json
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from reports import verify
from selftests import sealed_run
from selftests.project import Project
from selftests.sealed_run import SealedRun, refused
from selftests.tampered_run import OBSERVED, TAMPERED, manifest, other_finding, requirement, signoff, write

#: As SubjectPublicKeyInfo begins (RFC 8410, 4), and the first key of RFC 8032, 7.1.
INFO = bytes.fromhex("302a300506032b6570032100")
KEY = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
#: Without its beginning, of no point, and with a sign that is not of base64.
NO_KEYS = [base64.b64encode(KEY), base64.b64encode(INFO + b"\2" + bytes(31)), base64.b64encode(INFO + KEY) + b"!"]


@pytest.fixture
def run(project: Project) -> SealedRun:
    return sealed_run.waived(project)


def test_a_sealed_run_is_verified(run, capsys):
    assert run.verify("--canary", "canary-4711") == 0
    printed = capsys.readouterr().out.splitlines()
    assert printed[0].endswith("PARTIAL, from 4 tests")
    assert printed[1] == "unsigned: anyone who resealed it could have changed findings and answers"
    assert printed[2].startswith("answers are not judged here: --target replay:")
    assert len(printed) == 4


def test_a_finding_that_was_changed_and_sealed_again_is_why_a_run_is_signed(run, capsys):
    run.change("verdicts.jsonl", other_finding)
    requirement("BB-01", verdict="error", message="no evidence")(run)
    signoff(lambda expected: expected["counts"].update({"error": 1, "pass": 0}))(run)
    signoff(lambda expected: expected.update(result="INCOMPLETE"))(run)
    signoff(lambda expected: expected["summary"].update(musts_unseen=1))(run)
    assert run.verify() == 0
    assert "unsigned: anyone who resealed it could have changed findings" in capsys.readouterr().out


def test_a_copy_without_what_is_for_readers_is_verified(run, capsys):
    shutil.rmtree(run.folder / "logs")
    (run.folder / "signoff.html").unlink()
    assert run.verify() == 0
    assert "from 4 tests; 2 sealed files for readers were left out" in capsys.readouterr().out


def test_a_run_of_the_first_format_is_verified_as_it_was_sealed_then(run, capsys):
    readers = ("junit.xml", "signoff.html", "logs/node1.log")
    manifest(lambda expected: expected.update(format=1) or [expected["files"].pop(name) for name in readers])(run)
    assert run.verify() == 0
    write("logs/more.log", "more", seal=False)(run)
    assert run.verify() == 0
    assert capsys.readouterr().out.endswith("not sealed, and anyone may have changed them\n")
    write("evidence/more.txt", "more", seal=False)(run)
    (run.folder / "empty").mkdir()
    assert refused(run, capsys) == {"manifest": "empty is a folder of nothing that is listed (and 1 more)"}


@pytest.mark.parametrize("version", ["1.4", "2.0", "3.9"])
def test_a_sign_off_of_each_older_schema_is_verified(run, version):
    signoff(lambda expected: expected.update(schema_version=version))(run)
    run.change("catalogue.json", lambda expected: [one.pop("sabotage_proof") for one in expected])
    assert run.verify() == 0


@pytest.mark.parametrize(("name", "for_readers"), [
    *((f"{one}/x/y", True) for one in ("logs", "repair")),
    *((one, True) for one in ("junit.xml", "signoff.html", "progress.jsonl", "sarif.json")),
    *((one, False) for one in ("junitxxml", "x/junit.xml", "evidence/more", "sarif.json2")),
])  # fmt: skip
def test_only_what_is_for_readers_may_be_left_out(run, name, for_readers):
    manifest(lambda expected: expected["files"].update({name: "0" * 64}))(run)
    (run.folder / name).unlink(missing_ok=True)
    assert run.verify() == (0 if for_readers else 1)


@pytest.mark.parametrize(("rule", "expected", "tamper"), TAMPERED, ids=[f"{a}: {b}" for a, b, _ in TAMPERED])
def test_a_changed_bundle_is_refused(run, rule, expected, tamper, capsys):
    tamper(run)
    assert expected in refused(run, capsys)[rule]


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", "{}", '{"requirements": [], "waivers": {"a": 1}}', "[" * 100_000, '"\\ud800"']
)
@pytest.mark.parametrize("name", ["signoff.json", "evidence/catalogue.json", "evidence/verdicts.jsonl"])
def test_what_is_no_bundle_inside_is_refused_in_one_line_a_rule(run, name, text, capsys):
    write(name, text)(run)
    assert {"verdicts", "result"} & set(refused(run, capsys))


def test_a_known_password_is_searched_in_every_spelling(run, capsys):
    write("logs/a.log", "url?password=p%26w%3C7%3E")(run)
    assert refused(run, capsys, "--canary", "p&w<7>") == {"secrets": "logs/a.log holds one"}


def test_an_archive_is_verified_like_its_folder(run, tmp_path):
    write("logs/digits.log", "1" * 600)(run)
    for around, mode in ((".", "w:gz"), ("run", "w:gz"), ("run", "w")):
        with tarfile.open(tmp_path / "run.tar.gz", mode) as archive:
            archive.add(run.folder, around)
        assert verify.main([str(tmp_path / "run.tar.gz")]) == 0


@pytest.mark.parametrize(("name", "text"), [
    *(("nothing", "no such run - give"), ("empty", "holds no run")),
    *((one, ".") for one in ("file", "run.tar.gz", "run.tar.xz")),
])  # fmt: skip
def test_what_is_no_run_is_unreadable(tmp_path, name, text, capsys):
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("text")
    for suffix, magic in (("gz", b"\x1f\x8b\x08\0"), ("xz", b"\xfd7zXZ\0")):
        (tmp_path / f"run.tar.{suffix}").write_bytes(magic + bytes(900))
    assert verify.main([str(tmp_path / name)]) == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert re.search(f"^unreadable .*: (?!.*Error).*{text}", line)


@pytest.mark.parametrize(("at", "said"), [(0, "no header at byte"), (-1, "."), (-6, "CRC check failed")])
def test_a_damaged_archive_is_unreadable_and_not_a_part_of_a_run(run, tmp_path, at, said, capsys):
    with tarfile.open(path := tmp_path / "run.tar", "w", format=tarfile.GNU_FORMAT) as archive:
        archive.add(run.folder, ".")
    data = bytearray(gzip.compress(path.read_bytes()) if at else path.read_bytes())
    data[at or data.index(b"./signoff.json")] ^= 1
    path.write_bytes(data)
    assert verify.main([str(path)]) == 2
    assert re.match(f"unreadable .*{said}", capsys.readouterr().out)


def packed(run: SealedRun, path: Path, *more: tuple[tarfile.TarInfo, bytes]) -> int:
    """What the verifier says of an archive of the run to which members were added."""
    with tarfile.open(path, "w:gz") as archive:
        archive.add(run.folder, ".")
        for entry, content in more:
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return verify.main([str(path)])


@pytest.mark.parametrize(("name", "kind", "text"), [
    ("./signoff.json", tarfile.REGTYPE, "./signoff.json is there twice"),
    ("evidence//verdicts.jsonl", tarfile.REGTYPE, "evidence//verdicts.jsonl is there twice"),
    ("evidence/more", tarfile.SYMTYPE, "evidence/more is a link"),
    ("evidence/more", tarfile.LNKTYPE, "evidence/more is a link"),
    ("null", tarfile.CHRTYPE, "null is no regular file"),
    ("pipe", tarfile.FIFOTYPE, "pipe is no regular file"),
    ("empty", tarfile.DIRTYPE, "empty is a folder of nothing that is listed"),
    ("../../evil", tarfile.REGTYPE, "../../evil leads out of the archive"),
    ("/evil", tarfile.REGTYPE, "/evil leads out of the archive"),
])  # fmt: skip
def test_an_archive_holds_what_is_listed_and_nothing_else(run, tmp_path, name, kind, text, capsys):
    entry = tarfile.TarInfo(name)
    entry.type = kind
    assert packed(run, tmp_path / "run.tar.gz", (entry, b"")) == 1
    assert f"refused    manifest: {text}" in capsys.readouterr().out


def test_a_long_header_that_an_archiver_writes_is_read(run, tmp_path):
    folder = Path("logs", "x" * 200, "y" * 200)
    (run.folder / folder).mkdir(parents=True)
    write(str(folder / ("z" * 200)), "")(run)
    assert packed(run, tmp_path / "run.tar.gz") == 0


@pytest.mark.parametrize("header", [bytes(2 << 20), b"1" * 600], ids=["long", "digits"])
def test_a_header_of_an_archive_is_bounded(run, tmp_path, header, capsys):
    entry = tarfile.TarInfo("x")
    entry.type = tarfile.XHDTYPE
    assert packed(run, tmp_path / "run.tar.gz", (entry, header)) == 2
    assert "holds a header that no archiver writes" in capsys.readouterr().out


@pytest.mark.parametrize("limit", ["_LARGEST", "_LONGEST", "_UNPACKED", "_FILES_AT_MOST"])
def test_what_no_run_writes_is_not_read(run, tmp_path, monkeypatch, limit, capsys):
    monkeypatch.setattr(verify, limit, 4)
    assert packed(run, tmp_path / "run.tar.gz") in (1, 2)
    assert re.search("larger than|more than", capsys.readouterr().out)


def test_more_files_and_folders_than_a_run_has_are_not_looked_at(run, tmp_path, monkeypatch, capsys):
    count = len([*run.folder.rglob("*")])
    for most, code in ((count, 0), (count - 1, 2)):
        monkeypatch.setattr(verify, "_FILES_AT_MOST", most)
        assert (run.verify(), packed(run, tmp_path / "run.tar.gz")) == (code, code)
    assert f"holds more than {count - 1} files and folders" in capsys.readouterr().out


def test_an_archive_is_unpacked_up_to_a_limit(run, tmp_path, monkeypatch):
    total = sum(path.stat().st_size for path in run.folder.rglob("*") if path.is_file())
    for most, code in ((total, 0), (total - 1, 2)):
        monkeypatch.setattr(verify, "_UNPACKED", most)
        assert packed(run, tmp_path / "run.tar.gz") == code


@pytest.mark.parametrize(("option", "content", "text"), [
    ("--key", b"-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----\n", "is not an Ed25519 public key in PEM"),
    ("--key", bytes(range(256)) * 1000, "is not an Ed25519 public key in PEM"),
    *(("--key", key, "is not an Ed25519 public key in PEM") for key in NO_KEYS),
    ("--catalogue", b"\x7fELF" + bytes(range(256)) * 1000, "byte 132 is no utf-8"),
    ("--catalogue", b"[[requirement]]\n", "KeyError"),
    ("--catalogue", b"requirement = 1\n", "is not a catalogue"),
    ("--canary", b"", "give a text"),
])  # fmt: skip
def test_a_wrong_option_is_one_short_line(run, tmp_path, option, content, text, capsys):
    (tmp_path / "file").write_bytes(content)
    assert run.verify(option, str(tmp_path / "file") if content else "") == 2
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("wrong option: ")
    assert text in line
    assert len(line) < 500


def test_what_a_file_holds_never_reaches_the_terminal_as_it_is(run, capsys):
    (run.folder / "a\nverified   run: CONFORMS\x1b[31m").write_text("")
    write(OBSERVED, "\u00e4" * 100_000)(run)
    problems = refused(run, capsys)
    assert "\\n" in problems["manifest"]
    assert all(len(line) < 500 for line in problems.values())


def test_a_run_that_could_not_show_something_verifies(project):
    project.suite("three", sealed_run.SUITE)
    project.run(target="fake:no-faults")
    parsed = json.loads((project.folder / "signoff.json").read_text())["requirements"]["AA-01"]
    assert (parsed["verdict"], parsed["evidence"]) == ("not-assessed", ["o-0001"])
    assert verify.main([str(project.folder)]) == 0


def test_a_selection_of_tests_verifies(project, capsys):
    run = sealed_run.made(project, "-k", "node1 or file")
    parsed = json.loads((run.folder / "signoff.json").read_text())["requirements"]["AA-01"]
    assert (parsed["verdict"], run.verify()) == ("not-assessed", 0)
    assert parsed["message"] == "not selected in this run: suites/test_three.py::test_role[node2]"


def test_the_verifier_is_one_file_that_needs_nothing_but_python(tmp_path, run):
    alone = shutil.copy(Path(verify.__file__), tmp_path / "alone.py")
    command = [sys.executable, "-I", "-S", str(alone), str(run.folder)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr, done.stdout.split()[0]) == (0, "", "verified")
    (run.folder / "signoff.json").write_text("{}")
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, timeout=60, check=False).returncode == 1
