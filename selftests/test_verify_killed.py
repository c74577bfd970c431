"""What the verifier says of runs that did not come to their end."""

from __future__ import annotations

import json

import pytest

from selftests import sealed_run
from selftests.project import Project
from selftests.sealed_run import SealedRun, refused


@pytest.fixture
def killed(project: Project) -> SealedRun:
    """A run that was killed in its last test, while it wrote a line."""
    kill = '@requirement("AA-01")\ndef test_z(witness):\n    os.kill(os.getpid(), signal.SIGKILL)\n'
    project.suite("three", sealed_run.SUITE)
    project.suite("zero", kill)
    project.run_apart()
    for name in ("verdicts.jsonl", "observations.jsonl"):
        with (project.folder / "evidence" / name).open("a") as file:
            file.write('{"ended": "suites/te')
    return SealedRun(project.folder)


def test_a_killed_run_says_incomplete_and_is_verified_as_that(
    killed: SealedRun, capsys: pytest.CaptureFixture[str]
) -> None:
    told = json.loads((killed.folder / "signoff.json").read_text())
    assert (told["result"], told["counts"]["not-assessed"]) == ("INCOMPLETE", 3)
    assert ">INCOMPLETE</h1>" in (killed.folder / "signoff.html").read_text()
    assert killed.verify() == 3
    assert "INCOMPLETE: 4 of 5 tests ended; not sealed, the run was killed" in capsys.readouterr().out


def test_what_a_killed_run_left_is_checked(killed: SealedRun, capsys: pytest.CaptureFixture[str]) -> None:
    killed.blob.write_text("other")
    assert "is not the answer that was noted" in refused(killed, capsys)["observations"]


def test_a_run_that_lost_its_manifest_is_not_verified(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    run = sealed_run.made(project)
    (run.folder / "manifest.json").unlink()
    assert run.verify() == 3
    assert "INCOMPLETE: 4 of 4 tests ended; not sealed" in capsys.readouterr().out


def test_a_run_that_was_killed_before_it_began_is_incomplete(
    killed: SealedRun, capsys: pytest.CaptureFixture[str]
) -> None:
    (killed.folder / "signoff.json").unlink()
    assert killed.verify() == 3
    assert "INCOMPLETE: killed before it began to judge" in capsys.readouterr().out


def test_an_interrupted_run_verifies_as_incomplete(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.suite("four", '@requirement("CC-01")\ndef test_z(witness):\n    raise KeyboardInterrupt\n')
    run = sealed_run.made(project)
    assert run.verify() == 0
    assert "INCOMPLETE, from 5 tests" in capsys.readouterr().out
