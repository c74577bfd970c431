"""The verifier accepts what a run sealed, and refuses a bundle for each rule that somebody broke in it."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from reports import verify
from selftests import sealed_run, whole_run
from selftests.project import Project
from selftests.sealed_run import CANARY, SealedRun

Spoil = Callable[[SealedRun], object]


@pytest.fixture
def run(project: Project) -> SealedRun:
    """A run with a failure that is waived for ten days."""
    day = datetime.now(timezone.utc).date() + timedelta(days=10)
    (project.pytester.path / "waivers.toml").write_text(sealed_run.WAIVER.format(day.isoformat()))
    return sealed_run.made(project, "--waivers=waivers.toml")


def requirement(name: str, **fields: Any) -> Spoil:
    """A sign-off that says something else about a requirement."""

    def spoil(run: SealedRun) -> None:
        with run.signoff() as told:
            told["requirements"][name].update(fields)

    return spoil


def signoff(change: Callable[[dict[str, Any]], object]) -> Spoil:
    """A sign-off that was changed."""

    def spoil(run: SealedRun) -> None:
        with run.signoff() as told:
            change(told)

    return spoil


def waiver(**fields: Any) -> Spoil:
    """A sign-off with another waiver."""
    return signoff(lambda told: told["waivers"][0].update(fields))


def lines(name: str, change: Callable[[list[Any]], object]) -> Spoil:
    """Evidence whose records were changed."""
    return lambda run: run.change(name, change)


def write(name: str, text: str, *, seal: bool = True) -> Spoil:
    """A file that was put there."""

    def spoil(run: SealedRun) -> None:
        (run.folder / name).write_text(text)
        if seal:
            run.seal()

    return spoil


def the(records: list[Any], key: str, text: str = "") -> dict[str, Any]:
    """The first record that has a key whose value holds a text."""
    found: dict[str, Any] = next(one for one in records if key in one and text in one[key])
    return found


def other_answer(records: list[Any]) -> None:
    """An answer that nobody gave."""
    the(records, "question", "role").update(answer="passive")


def other_evidence(records: list[Any]) -> None:
    """An observation that is not there."""
    the(records, "ended")["evidence"]["o-0009"] = "0" * 64


def other_finding(records: list[Any]) -> None:
    """A test that found more than the sign-off tells."""
    the(records, "ended", "test_file")["findings"].append({"verdict": "error", "message": "no evidence"})


def broken_off(records: list[Any]) -> None:
    """A run that did not come to its end."""
    records[-1]["run"] = "broken off"


def passed_without_looking(records: list[Any]) -> None:
    """A test that asked nothing, and passed."""
    name = "suites/test_three.py::test_more"
    records[-1:] = [
        {"selected": name, "requirements": []},
        {"ended": name, "findings": [{"verdict": "pass", "message": ""}], "evidence": {}},
        records[-1],
    ]


def blob(run: SealedRun) -> Path:
    """The one long answer."""
    (found,) = (run.folder / "evidence" / "blobs").iterdir()
    return found


FAR = (datetime.now(timezone.utc).date() + timedelta(days=200)).isoformat()
SPOILED: list[tuple[str, str, Spoil]] = [
    ("manifest", "signoff.json was changed", write("signoff.json", "{}", seal=False)),
    ("manifest", "evidence/more.txt is not listed", write("evidence/more.txt", "more", seal=False)),
    ("manifest", "notes.txt is not listed", write("notes.txt", "more", seal=False)),
    ("manifest", "is listed but not there", lambda run: blob(run).unlink()),
    ("catalogue", "has CC-01", lines("catalogue.json", lambda told: told.pop())),
    ("catalogue", "has an id twice", lines("catalogue.json", lambda told: told.append(told[0]))),
    ("catalogue", "BB-01 is not what the sign-off says", requirement("BB-01", level="info")),
    ("catalogue", "AA-01 is not what", lines("catalogue.json", lambda told: told[0].update(sentence=" "))),
    ("observations", "is not the answer that was noted", lines("observations.jsonl", other_answer)),
    ("observations", "is not the answer", lambda run: (blob(run).write_text("other"), run.seal())),
    ("observations", "o-0001", lines("observations.jsonl", lambda told: told.append(told[0]))),
    ("evidence", "cites o-0009", lines("verdicts.jsonl", other_evidence)),
    ("evidence", "test_more says pass without any observation", lines("verdicts.jsonl", passed_without_looking)),
    ("evidence", "BB-01 does not cite", requirement("BB-01", evidence=[])),
    ("verdicts", "AA-01 is told as pass, its tests give waived", requirement("AA-01", verdict="pass")),
    ("verdicts", "BB-01 is told as pass, its tests give error", lines("verdicts.jsonl", other_finding)),
    ("verdicts", "BB-01 (pass) does not have the message", requirement("BB-01", message="looks fine")),
    ("verdicts", "CC-01 (not-applicable) does not have", requirement("CC-01", message="")),
    ("verdicts", "BB-01 does not name its tests", requirement("BB-01", tests=[])),
    ("result", "is told as CONFORMS, derived is PARTIAL", signoff(lambda told: told.update(result="CONFORMS"))),
    ("result", "is told as PARTIAL, derived is INCOMPLETE", lines("verdicts.jsonl", broken_off)),
    ("result", "the counts are not", signoff(lambda told: told["counts"].update({"waived": 0, "pass": 2}))),
    ("waivers", "AA-01 names no reason or no owner", waiver(owner=" ")),
    ("waivers", "with 10 days left", waiver(days_left=60)),
    ("waivers", "it is too far ahead", waiver(expires=FAR, days_left=200)),
    ("waivers", "it is expired with", waiver(expires="2020-01-31")),
    ("waivers", "it is unknown", waiver(id="ZZ-99")),
    ("waivers", "BB-01 is told as in force, it is stale", waiver(id="BB-01")),
    ("product", "is not what the deployment told", signoff(lambda told: told["product"].update(kernel="4.4"))),
    ("secrets", "junit.xml holds one", write("junit.xml", f"<a>{CANARY}</a>")),
    ("secrets", "junit.xml holds one", write("junit.xml", base64.b64encode(f"user:{CANARY}".encode()).decode())),
    ("secrets", "dump.txt held a password", signoff(lambda told: told["secrets_found"].append("dump.txt"))),
]  # fmt: skip


def refused(run: SealedRun, capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, str]:
    """What the verifier says, by rule."""
    capsys.readouterr()
    assert run.verify(*arguments) == 1
    told = capsys.readouterr().out.splitlines()
    return dict(re.fullmatch(r"refused {4}(\w+): (.+)", line).groups() for line in told)  # type: ignore[union-attr, misc]


def test_a_sealed_run_is_verified(run: SealedRun, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.verify("--canary", "canary-4711") == 0
    assert "PARTIAL, from 4 tests; signature not checked" in capsys.readouterr().out


@pytest.mark.parametrize(("rule", "told", "spoil"), SPOILED, ids=[f"{rule}: {told}" for rule, told, _ in SPOILED])
def test_a_spoiled_bundle_is_refused(
    run: SealedRun, rule: str, told: str, spoil: Spoil, capsys: pytest.CaptureFixture[str]
) -> None:
    spoil(run)
    assert told in refused(run, capsys)[rule]


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", "{}", '{"requirements": [], "waivers": {"a": 1}}', "[" * 100_000, '"\\ud800"']
)
@pytest.mark.parametrize("name", ["signoff.json", "evidence/catalogue.json", "evidence/verdicts.jsonl"])
def test_what_is_no_bundle_inside_is_refused_in_one_line_a_rule(
    run: SealedRun, name: str, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(name, text)(run)
    assert {"verdicts", "result"} & set(refused(run, capsys))


def test_a_whole_requirement_that_vanished_is_found_by_the_suites_own_catalogue(
    project: Project, run: SealedRun, capsys: pytest.CaptureFixture[str]
) -> None:
    path = str(project.suites / "catalogue.toml")
    assert run.verify("--catalogue", path) == 0
    Path(path).write_text(Path(path).read_text().replace('id = "CC-01"', 'id = "CC-02"'))
    assert refused(run, capsys, "--catalogue", path) == {"catalogue": "is not the catalogue of --catalogue"}


def test_a_known_password_is_searched_in_every_spelling(run: SealedRun, capsys: pytest.CaptureFixture[str]) -> None:
    (run.folder / "logs").mkdir()
    (run.folder / "logs" / "a.log").write_text("url?password=p%26w%3C7%3E")
    assert refused(run, capsys, "--canary", "p&w<7>") == {"secrets": "logs/a.log holds one"}


def test_an_archive_is_verified_like_its_folder(run: SealedRun, tmp_path: Path) -> None:
    for around in (".", "run"):
        with tarfile.open(tmp_path / "run.tar.gz", "w:gz") as archive:
            archive.add(run.folder, around)
        assert verify.main([str(tmp_path / "run.tar.gz")]) == 0


def test_a_killed_run_is_incomplete_and_holds_what_had_ended(
    project: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(whole_run.PROJECT))
    kill = '@requirement("AA-01")\ndef test_z(witness):\n    os.kill(os.getpid(), signal.SIGKILL)\n'
    project.suite("three", sealed_run.SUITE)
    project.suite("zero", kill)
    project.pytester.runpytest_subprocess("--target=fake", "--run-id=r1", "-pno:cacheprovider")
    ended = [line for line in SealedRun(project.folder).records("verdicts.jsonl") if "ended" in line]
    assert len(ended) == 4
    assert verify.main([str(project.folder)]) == 3
    assert "not sealed, the run was killed before its end" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["nothing", "empty", "file", "run.tar.gz"])
def test_what_is_no_run_is_unreadable(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").write_text("text")
    (tmp_path / "run.tar.gz").write_bytes(b"\x1f\x8b\x08\0damaged")
    assert verify.main([str(tmp_path / name)]) == 2
    assert len(capsys.readouterr().out.splitlines()) == 1


def test_an_interrupted_run_verifies_as_incomplete(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.suite("four", '@requirement("CC-01")\ndef test_z(witness):\n    raise KeyboardInterrupt\n')
    run = sealed_run.made(project)
    assert run.verify() == 0
    assert "INCOMPLETE, from 5 tests" in capsys.readouterr().out


def test_a_selection_of_tests_verifies(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    run = sealed_run.made(project, "-k", "node1 or file")
    told = json.loads((run.folder / "signoff.json").read_text())["requirements"]["AA-01"]
    assert (told["verdict"], run.verify()) == ("not-assessed", 0)
    assert told["message"] == "not selected in this run: suites/test_three.py::test_role[node2]"


def test_the_verifier_is_one_file_that_needs_nothing_but_python(tmp_path: Path, run: SealedRun) -> None:
    alone = shutil.copy(Path(verify.__file__), tmp_path / "alone.py")
    command = [sys.executable, "-I", "-S", str(alone), str(run.folder)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
