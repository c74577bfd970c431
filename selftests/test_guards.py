"""What would make verdicts worthless is refused before anything is judged, or ends the run: one line, exit code 4."""

import errno
import os
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest

from conformance.errors import ConformanceError
from conformance.evidence import bundle
from conformance.evidence.redaction import Redactor
from conformance.judgement.catalogue import Kind
from conformance.judgement.requirement import NotApplicable, NotAssessed
from conformance.session import asserting, option_checks
from conformance.session.options import RunOptions, Selection, read_options
from conformance.session.terminal_watch import TerminalWatch
from conformance.targets.shared.choice import LabOptions
from reports import signoff
from selftests import conftest
from selftests.forked import PROJECT

PASSES = '@requirement("BB-01")\ndef test_b():\n    assert True\n'
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture
def refused(project, capfd):
    """Runs what is refused, and gives what it says."""

    def run(*arguments: str, target: str = "fake") -> str:
        project.suite("one", PASSES)
        assert project.run(*arguments, target=target) is pytest.ExitCode.USAGE_ERROR
        printed = capfd.readouterr()
        assert "Traceback" not in printed.out + printed.err
        return printed.out + printed.err

    return run


@pytest.mark.parametrize("left_open", [NotAssessed, NotApplicable])
def test_a_self_test_that_is_left_open_fails(left_open):
    hook = conftest.pytest_pyfunc_call()
    next(hook)
    with pytest.raises(AssertionError, match=f"{left_open.__name__}: no file"):
        hook.throw(left_open("no file"))


def test_without_assertions_which_are_executed_here_nothing_is_judged(refused, monkeypatch):
    # Nothing is compiled for -O before: pytest alone would take half a second.
    code = """import sys, types; sys.modules["pytest"] = types.SimpleNamespace(Config=0, Item=0)
from conformance.session import asserting; print(asserting.executed())"""
    done = subprocess.run([sys.executable, "-O", "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True)
    assert (done.stdout, asserting.executed()) == ("False\n", True)
    monkeypatch.setattr(asserting, "executed", lambda: False)
    (line,) = (one for one in refused().splitlines() if "Python" in one)
    assert "Python leaves assertions out (optimised: 0) - leave out -O, PYTHONOPTIMIZE" in line


@pytest.mark.parametrize(("arguments", "target", "text"), [
    (["--assert=plain"], "fake", "pytest does not rewrite assertions"),
    (["--setup-only"], "fake", "--setup-only judges nothing - leave --setup-only out"),
    (["--setup-plan"], "fake", "--setup-plan judges nothing"),
    (["--only=,,,"], "fake", "--only ',,,' names no requirement"),
    (["--only="], "fake", "--only '' names no requirement"),
    (["--only=BB-01,ZZ-99"], "fake", "no requirement is called ZZ-99"),
    (["--only=BB-01", "--rerun-failed=x"], "fake", "--only and --rerun-failed contradict each other"),
    (["--kernel=4.4", "--das-pack=."], "embedded", "--kernel 4.4 with --das-pack"),
    (["--labs=2", "--loopback"], "embedded", "--labs 2 with --loopback: two labs would share the ports - leave"),
    ([], "embedded:x", "embedded takes nothing behind a colon"),
    ([], "compose:x", "compose takes nothing behind a colon"),
])  # fmt: skip
def test_a_wrong_command_line_is_one_line(refused, arguments, target, text):
    assert text in refused(*arguments, target=target)


@pytest.mark.parametrize("target", ["embedded", "compose", "attached", "snapshot", "replay"])
@pytest.mark.parametrize(("option", "value", "takers"), [
    ("das_pack", "x.zip", "embedded and compose"),
    ("kernel", "4.4", "embedded"),
    ("mysql", "8.0", "embedded and compose"),
    ("keep", True, "embedded and compose"),
    ("task_servers", 1, "embedded and compose"),
    ("loopback", True, "embedded"),
    ("labs", "1", "embedded"),
    ("repair", True, "snapshot and attached"),
    ("nodes", 1, "snapshot"),
])  # fmt: skip
def test_an_option_is_for_some_targets(tmp_path, option, value, takers, target):
    given = {"assertmode": "rewrite", "target": f"{target}:x" if target[0] in "asr" else target, option: value}
    config: Any = SimpleNamespace(getoption=lambda name, default=None: given.get(name, default))
    says = f"--{option.replace('_', '-')}( 1)? with --target {target}.*({takers}$|only snapshot:DIR)"
    with nullcontext() if target in takers.split() else pytest.raises(ConformanceError, match=says):
        option_checks.check(config, tmp_path)


def options_of(**given: Any) -> RunOptions:
    given = {"assertmode": "rewrite", "nodes": 2, "lab_sabotage": ""} | given
    hook = SimpleNamespace(pytest_conformance_lab_change=lambda name: f"change {name}")
    found = SimpleNamespace(getoption=lambda name, default=None: given.get(name, default), rootpath=PROJECT, hook=hook)
    return read_options(found)  # type: ignore[arg-type]


def test_each_option_reaches_the_run():
    lab = {"mysql": "8.0", "kernel": "4.4", "task_servers": 2, "loopback": True, "keep": True, "run_id": "r7"}
    run = {"acceptance": True, "strict_names": True, "read_only": True}
    chosen = {"level": "must", "phase": "files", "only": "CLU-06"}
    made = options_of(target="embedded", lab_sabotage="x", second_lab=("w", "a,b"), **lab, **run, **chosen)
    assert made.lab == LabOptions(**lab, sabotage="x", within="w/lab")  # type: ignore[arg-type]
    assert {name: getattr(made, name) for name in run} == run
    assert made.selection == Selection(frozenset({"CLU-06"}), "must", frozenset({Kind.FILES}))
    assert (made.folder, made.share, made.lab_change, made.repair) == (Path("w/report"), {"a", "b"}, "change x", None)
    plain = options_of(target="snapshot:x", nodes=1, repair=True, run_id="r8", loopback=False, keep=False)
    assert plain.lab == LabOptions(run_id="r8", mysql="5.7", kernel="4.5.1", task_servers=0, within="")
    assert (plain.nodes, plain.repair, plain.labs, plain.labs_note) == (1, True, 1, "")
    assert (plain.folder, plain.share, plain.lab_change) == (PROJECT / "reports/out/r8", frozenset(), None)
    assert (plain.waivers, plain.signer, plain.selection) == ((), None, Selection())


def test_a_test_whose_assertions_explain_nothing_is_named():
    good, plain = (
        Mock(spec=pytest.Function, nodeid=name, module=SimpleNamespace(**{rewritten: None}))
        for name, rewritten in (("a.py::test_a", "@pytest_ar"), ("b.py::test_b", "other"))
    )
    asserting.demand_rewritten([good, Mock(spec=pytest.Item)])
    with pytest.raises(ConformanceError, match=r"b\.py::test_b: the assertions of its file are not rewritten"):
        asserting.demand_rewritten([good, plain])


def test_a_wrong_scale_is_found_before_anything_is_fetched(refused, monkeypatch):
    monkeypatch.setenv("DAS_CONFORMANCE_SCALE", "abc")
    monkeypatch.setattr("conformance.deadlines._Scale.factor", None)
    assert "DAS_CONFORMANCE_SCALE='abc' is not a number" in refused(target="embedded")


def test_a_file_in_the_place_of_the_reports_is_named(project, refused):
    (project.pytester.path / "reports").write_text("")
    assert "reports: is no folder, and reports lie there - move it away" in refused()


@pytest.mark.parametrize(("blocks", "files", "free", "refused"), [
    (1023, 100, 100, True), (1024, 100, 1, False), (1024, 100, 0, True), (1024, 0, 0, False),
])  # fmt: skip
def test_a_full_disk_is_found_before_the_run(tmp_path, monkeypatch, blocks, files, free, refused):
    room = SimpleNamespace(f_bavail=blocks, f_frsize=4096, f_files=files, f_favail=free)
    monkeypatch.setattr(os, "statvfs", lambda path: room)
    says = pytest.raises(ConformanceError, match="no room for a report is left - make room")
    with says if refused else nullcontext():
        option_checks._check_room(tmp_path / "reports" / "out")


@pytest.mark.parametrize("lacking", [os.W_OK, os.X_OK])
def test_a_folder_in_which_this_user_makes_none_is_named(tmp_path, monkeypatch, lacking):
    monkeypatch.setattr(os, "access", lambda _, mode: not mode & lacking)
    with pytest.raises(ConformanceError, match=f"^{tmp_path}: no report can be written there - let this user write"):
        option_checks._check_room(tmp_path / "reports" / "out")


def test_a_disk_that_fills_up_ends_the_run(refused, monkeypatch):
    opened = Path.open

    def full(path: Path, *arguments: str, **more: str) -> object:
        if path.name == "verdicts.jsonl":
            raise FULL
        return opened(path, *arguments, **more)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    assert "evidence: No space left on device - make room there" in refused()


@pytest.mark.parametrize("number", [1, 2])
def test_a_disk_that_is_full_when_the_report_is_written_is_one_line(refused, monkeypatch, number):
    calls, write = [], signoff.write

    def full(*arguments: Any) -> Path:
        calls.append(arguments)
        if len(calls) >= number:
            raise FULL
        return write(*arguments)

    monkeypatch.setattr(signoff, "write", full)
    assert "No space left on device - make room there" in refused()


def test_a_test_that_judges_without_looking_is_an_error_of_the_run(project, capsys):
    project.suite("one", '@requirement("BB-01")\ndef test_blind():\n    assert True\n')
    assert project.run() is pytest.ExitCode.TESTS_FAILED
    assert project.verdict("BB-01") == "error"
    assert "judged without any observation" in project.message("BB-01")
    assert "error: suites/test_one.py::test_blind judged without any observation" in capsys.readouterr().out


def test_a_name_that_is_no_text_does_not_break_the_terminal():
    written: list[str] = []
    writer = SimpleNamespace(write=lambda text, **more: written.append(text), markup=lambda text, **more: text)
    session = SimpleNamespace(config=SimpleNamespace(get_terminal_writer=lambda: writer))
    TerminalWatch(Redactor()).pytest_sessionstart(session)  # type: ignore[arg-type]
    vars(writer)["write"](os.fsdecode(b"B\xfccher.xml is there\n"))
    assert written == ["B\\udcfccher.xml is there\n"]


def test_a_pipe_is_not_sealed(tmp_path):
    (tmp_path / "evidence").mkdir()
    os.mkfifo(tmp_path / "signoff.json")
    with pytest.raises(OSError, match="is no regular file"):
        bundle.seal(tmp_path)
