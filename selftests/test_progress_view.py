"""Progress on a terminal and inside a pytest run: lines that change in place, one user of the terminal at a time."""

import io
import json
import os
import re
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from filelock import FileLock, Timeout

from conformance.files.one_builder import one_builder
from conformance.pack.progress_bars import progress_bars
from conformance.progress.file import NAME
from conformance.progress.lines import Lines
from conformance.progress.live import LiveLines, fitted, on
from conformance.progress.plan import Timings
from conformance.progress.state import State
from conformance.progress.stream import PROGRESS
from conformance.session import plugin
from conformance.session import progress_of_tests as of_tests
from conformance.targets.shared.progress import Stages
from conformance.waiting import listening
from selftests.project import Project
from selftests.sealed_run import SealedRun
from selftests.test_progress_stream import RUN, Kept

HIDDEN, SHOWN, ERASE = "\x1b[?25l", "\x1b[?25h", "\x1b[2K"


def state_of_a_run() -> State:
    state = State()
    for record in RUN:
        state.take({"at": 1000, **record})
    return state


def drawn(*ending: str) -> str:
    """What a terminal got after two looks and these calls."""
    out = io.StringIO()
    view = LiveLines(out)
    view.look(state_of_a_run(), 1002)
    view.look(state_of_a_run(), 1006)
    for method in ending:
        getattr(view, method)()
    return out.getvalue()


def test_lines_change_in_place_with_a_visible_cursor_on_an_empty_line_and_nothing_of_them_is_left_in_the_end():
    text, closed = drawn(), drawn("close", "close")
    assert text.count("scenario 1 of 13") == 2
    assert ERASE in text
    assert re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", text).endswith("\n")
    assert closed[closed.rindex("events a second") :].count(ERASE) >= 5
    assert all(one.rindex(SHOWN) > one.rindex(HIDDEN) for one in (text, closed))


def test_a_terminal_that_says_0_by_0_shows_them_too():
    reader, terminal = os.openpty()
    seen = b""
    with os.fdopen(terminal, "w") as out:
        LiveLines(out).look(state_of_a_run(), 1002)
    # It comes piece by piece; behind the last one reading fails.
    with os.fdopen(reader, "rb", buffering=0) as shown, suppress(OSError):
        while piece := shown.read(100_000):
            seen += piece
    assert b"scenario 1 of 13" in seen


def test_they_make_room_for_what_else_is_printed():
    hidden = drawn("hide")
    out = io.StringIO()
    view = LiveLines(out)
    view.hide()
    view.look(state_of_a_run(), 1002)
    assert out.getvalue() == ""
    view.unhide()
    view.look(state_of_a_run(), 1002)
    assert "scenario 1 of 13" in out.getvalue()
    assert hidden.count(ERASE) > drawn().count(ERASE)


def test_what_did_not_come_and_what_failed_stays_on_the_screen():
    out = io.StringIO()
    view = LiveLines(out)
    view.record({"kind": "waited", "what": "rows [bold]", "seconds": 45.0, "seen": False}, State())
    view.above("FAILED suites/test_x.py::test_y[1]")
    printed = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", out.getvalue()).splitlines()
    assert printed == ["not seen within 45 s, the run goes on: rows [bold]", "FAILED suites/test_x.py::test_y[1]"]


@pytest.mark.parametrize(("line", "width", "shown"), [
    ("waiting for node1 POST https://198.51.100.11/a.jsp, 1 s of 60", 40, "waiting for node1 POST https…, 1 s of 60"),
    ("waiting for rows, 75 s of 60 (over its limit)", 37, "waiting…, 75 s of 60 (over its limit)"),
    ("assemble the pack (/home/cache), 24 s of about 40, 66 %", 42, "assemble the pack…, 24 s of about 40, 66 %"),
    ("node1 SIGKILL · node2 member lost 0.4 s · node2 promoted 0.8 s", 32, "…st 0.4 s · node2 promoted 0.8 s"),
    ("events a second: 20 sent", 24, "events a second: 20 sent"),
])  # fmt: skip
def test_a_line_too_long_for_the_terminal_keeps_its_end(line, width, shown):
    assert fitted(line, width) == shown


def test_where_nothing_can_change_in_place_lines_follow_one_another_and_before_anything_is_known_none_is_made_up():
    assert isinstance(on(io.StringIO()), Lines)
    assert State().lines(1795932699.0) == ["begins"]


SUITE = """
@pytest.fixture
def partition():
    return 1

@requirement("AA-01")
def test_a(partition, witness):
    assert witness.ask("node1", "state", lambda: "there")

@requirement("BB-01")
def test_b(witness):
    assert witness.ask("node1", "state", lambda: "there") == "s3cret-word"
"""


@pytest.fixture
def watched(project: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Project:
    monkeypatch.setattr(plugin, "WATCHED", ("fake",))
    monkeypatch.setenv("DAS_CONFORMANCE_CACHE", str(tmp_path))
    project.suite("both", SUITE)
    return project


def records(project: Project) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (project.folder / NAME).read_text().splitlines()]


def test_a_run_reports_its_tests_in_its_folder_which_is_sealed_so_that_a_change_is_refused(watched, capsys):
    watched.run()
    found = records(watched)
    assert (found[0]["kind"], found[0]["run_id"], found[-1]["kind"]) == ("run", "r1", "end")
    counts = [(one["phase"], one["done"], one["total"], one["failed"]) for one in found if one["kind"] == "tests"]
    assert counts == [("files", 0, 2, 0), ("files", 1, 2, 1), ("fault", 1, 2, 1), ("fault", 2, 2, 1)]
    assert NAME in json.loads((watched.folder / "manifest.json").read_text())["files"]
    assert not PROGRESS.on
    run = SealedRun(watched.folder)
    assert run.verify() == 0
    capsys.readouterr()
    (watched.folder / NAME).write_text("{}\n")
    assert run.verify() == 1
    assert NAME in capsys.readouterr().out


def test_on_a_terminal_no_letters_are_printed_and_a_failure_stays(watched, monkeypatch, capfd):
    monkeypatch.setattr(of_tests, "wanted_live", lambda _config: True)
    watched.run()
    out = capfd.readouterr().out
    assert "FAILED suites/test_both.py::test_b" in out
    assert "suites/test_both.py F" not in out
    assert "1 failed, 1 passed" in out


def test_a_run_that_breaks_off_leaves_the_terminal_as_it_was(watched, monkeypatch, capfd):
    monkeypatch.setattr(of_tests, "wanted_live", lambda _config: True)
    watched.suite("more", "\n@requirement('AA-01')\ndef test_c(witness):\n    raise KeyboardInterrupt\n")
    watched.run()
    out = capfd.readouterr().out
    assert HIDDEN not in out[out.rindex(SHOWN) :] if SHOWN in out else HIDDEN not in out
    assert not PROGRESS.on
    assert records(watched)[-1]["kind"] == "end"


@pytest.mark.parametrize(("term", "verbose", "capture", "tty", "live"), [
    ("xterm", 0, "fd", True, True),
    ("xterm", -1, "fd", True, True),
    ("dumb", 0, "fd", True, False),
    ("xterm", 1, "fd", True, False),
    ("xterm", 0, "no", True, False),
    ("xterm", 0, "fd", False, False),
])  # fmt: skip
def test_lines_that_change_fit_only_a_terminal_that_pytest_leaves_alone(monkeypatch, term, verbose, capture, tty, live):
    monkeypatch.setenv("TERM", term)
    monkeypatch.setattr(of_tests.sys, "__stdout__", SimpleNamespace(isatty=lambda: tty))
    config = SimpleNamespace(get_verbosity=lambda: verbose, getoption=lambda _name: capture)
    assert of_tests.wanted_live(config) is live


def test_a_build_of_the_pack_and_a_start_are_in_the_stream(monkeypatch, tmp_path):
    monkeypatch.setenv("DAS_CONFORMANCE_CACHE", str(tmp_path))
    view = Kept()
    with progress_bars(view) as report:
        report("assemble", 0, 10)
        report("assemble", 4, 10)
        report("assemble", 10, 10)
        with Stages(Timings(tmp_path / "t.json")).stage("MySQL"):
            pass
    kinds = view.kinds()
    assert kinds == ["stage", "stage", "part", "staged", "stage", "staged"]
    assert view.records[0]["name"] == "preparing the nodes' software (the first time: two minutes or more)"
    assert view.records[1]["name"].startswith("assemble the pack (")
    assert (view.closed, PROGRESS.on) == (1, False)
    again = Kept()
    with progress_bars(again):
        pass
    assert again.records[0]["name"] == "preparing the nodes' software"


def test_colours_are_put_on_whole_texts_and_never_spelled_out(watched, capfd):
    watched.run("--color=yes")
    out = capfd.readouterr().out
    assert r"\x1b" not in out
    assert "\x1b[31m" in out
    assert "FAILED suites/test_both.py::test_b" in re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", out)


def test_who_waits_for_another_builder_of_the_pack_says_so(monkeypatch, tmp_path):
    monkeypatch.setenv("DAS_CONFORMANCE_CACHE", str(tmp_path))
    listener = Mock()
    with listening(listener), one_builder(tmp_path / "build.lock"):
        assert [call.args[0] for call in listener.wait_started.mock_calls] == [f"another process that fills {tmp_path}"]
        with pytest.raises(Timeout):
            FileLock(tmp_path / "build.lock", timeout=0).acquire()
    with one_builder(tmp_path / "build.lock"):
        pass
