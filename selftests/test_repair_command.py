"""`python -m conformance repair`: what it runs, what it says, and its exit codes."""

import argparse
import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from conformance import project
from conformance.errors import ConformanceError
from conformance.session.commands import repair

HEAD = "3 failures of files → 1 left; 1 question that only you can decide\n"
Runs = list[list[str]]


def arguments(target: str = "snapshot:pair", **more: Any) -> argparse.Namespace:
    return argparse.Namespace(**{"target": target, "run_id": "r1", "waivers": None, "nodes": "2", **more})


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Runs]:
    """Lets the run that the command starts leave this report, or none."""
    monkeypatch.setattr(project, "ROOT", tmp_path)
    runs: Runs = []

    def leaves(report: str | None, said: str = "", code: int = 0) -> Runs:
        def started(command: list[str], **_: Any) -> SimpleNamespace:
            runs.append(command)
            if report is not None:
                place = tmp_path / "reports/out/r1/repair/report.txt"
                place.parent.mkdir(parents=True)
                place.write_text(report, encoding="utf-8")
            return SimpleNamespace(stdout=said, stderr="", returncode=code)

        monkeypatch.setattr(subprocess, "run", started)
        return runs

    return leaves


@pytest.mark.parametrize(("more", "code"), [
    ("", 0), ("left      CLU-06 two domains\n", 1), ("error     REG-01 no XML\n", 1),
], ids=["all", "left", "error"])  # fmt: skip
def test_the_exit_code_says_whether_something_is_left(run, capsys, more, code):
    run(HEAD + more)
    assert repair.run(arguments()) == code
    assert capsys.readouterr().out.startswith(HEAD)


def test_paths_are_those_of_the_user_and_only_files_are_judged(run, tmp_path, monkeypatch):
    runs = run(HEAD)
    monkeypatch.chdir(tmp_path)
    repair.run(arguments(waivers="w.toml", nodes="1"))
    (command,) = runs
    options = " ".join(command)
    assert f"--target snapshot:{tmp_path}/pair" in options
    assert f"--waivers {tmp_path}/w.toml" in options
    assert "--repair --read-only --phase files" in options
    assert "--nodes 1" in options


def test_a_run_without_a_report_gives_its_reason_and_its_code(run, capsys):
    run(None, "some lines\nERROR: pair: no such folder - give one\n\n", 4)
    assert repair.run(arguments()) == 4
    assert capsys.readouterr().err == "error: pair: no such folder - give one\n"


@pytest.mark.parametrize("target", ["embedded", "snapshot:", "replay:x", ""])
def test_a_target_without_files_is_refused(run, target):
    with pytest.raises(ConformanceError, match="nothing that can be repaired"):
        repair.run(arguments(target))


def test_an_older_report_is_not_shown_for_a_new_one(run):
    runs = run(HEAD)
    repair.run(arguments())
    with pytest.raises(ConformanceError, match="holds a report already - give another --run-id"):
        repair.run(arguments())
    assert len(runs) == 1
