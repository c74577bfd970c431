"""The watchdog removes what a run made, unless it is asked to leave it; it does not give up before it is quiet."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
import requests
from docker.errors import DockerException
from urllib3.exceptions import ProtocolError

from conformance.errors import ConformanceError
from conformance.targets.compose import leftovers, watchdog
from conformance.targets.shared import run_folder
from selftests.fake_clock import FakeClock
from selftests.fake_docker import FakeContainer, FakeDocker, text_of

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable


def labelled(name: str) -> FakeContainer:
    one = FakeContainer(name)
    one.labels = {leftovers.RUN: "r1"}
    return one


def heard(monkeypatch: pytest.MonkeyPatch, word: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(word)))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Runs whose things were removed."""
    found: list[str] = []
    monkeypatch.setattr(watchdog, "remove_all", lambda run_id: found.append(run_id) is None)
    return found


@pytest.mark.parametrize("trouble", [
    requests.ConnectionError("gone"), requests.ReadTimeout("slow"), ProtocolError("cut"), DockerException("no"),
    ConformanceError("no"),
], ids=lambda one: type(one).__name__)  # fmt: skip
def test_an_engine_that_does_not_answer_for_a_minute_is_asked_again(trouble):
    clock, left = FakeClock(), labelled("mysql")

    def connect() -> FakeDocker:
        if clock.now < 1060:
            raise trouble
        return FakeDocker(left)

    assert watchdog.remove_all("r1", connect, clock)  # type: ignore[arg-type]
    assert left.done == ["remove"]


def test_what_is_made_late_is_removed():
    clock, late = FakeClock(), labelled("node2")
    assert watchdog.remove_all("r1", lambda: FakeDocker(*[late] * (clock.now > 1003)), clock)  # type: ignore[arg-type,return-value]
    assert late.done == ["remove"]
    assert clock.now >= 1007


def test_an_engine_that_is_gone_for_good_is_given_up():
    clock = FakeClock()
    assert not watchdog.remove_all("r1", Mock(side_effect=DockerException), clock)  # type: ignore[arg-type]
    assert 1300 <= clock.now < 1310


@pytest.mark.parametrize(("word", "removed"), [(b"stay\n", []), (b"", ["r1"]), (b"remove\n", ["r1"]), (b"sta", ["r1"])])
def test_what_shall_stay_stays_and_all_else_is_removed(tmp_path, monkeypatch, asked, word, removed):
    heard(monkeypatch, word)
    assert watchdog.main(tmp_path / "r1") == 0
    assert asked == removed


def test_the_passwords_of_a_dead_run_go_and_those_of_a_living_one_do_not(tmp_path, monkeypatch, asked):
    folder = run_folder.create(tmp_path, "r1")
    (folder.path / "compose.env").write_text("secret")
    heard(monkeypatch, b"")
    watchdog.main(folder.path)
    assert (folder.path / "compose.env").exists()
    os.close(folder.lock_file)
    watchdog.main(folder.path)
    assert (asked, folder.path.exists()) == (["r1", "r1"], False)


@pytest.fixture
def process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Path]:
    """Makes the watchdog's process one that notes the word which it hears and ends with a code; where it notes it."""

    def make(code: int) -> Path:
        script = tmp_path / "script"
        script.write_text(f'#!/bin/sh\nread word\necho "heard $word" >{tmp_path}/word\nexit {code}\n')
        script.chmod(0o755)
        monkeypatch.setattr(sys, "executable", str(script))
        return tmp_path / "word"

    return make


@pytest.mark.parametrize(("end", "word"), [("finish", "heard remove\n"), ("dismiss", "heard stay\n")])
def test_a_run_waits_until_all_is_removed_or_says_that_it_stays(tmp_path, process, end, word):
    heard_word = process(0)
    getattr(watchdog.Watchdog(tmp_path / "r1", ROOT), end)()
    assert heard_word.read_text() == word


def test_a_run_says_that_something_may_be_left(tmp_path, process):
    process(1)
    with pytest.raises(ConformanceError, match=r"of run r1 could be removed.*README"):
        watchdog.Watchdog(tmp_path / "r1", ROOT).finish()


def test_a_watchdog_that_was_killed_is_reported(tmp_path, process):
    process(0)
    dog = watchdog.Watchdog(tmp_path / "r1", ROOT)
    dog._process.kill()
    dog._process.wait()
    with pytest.raises(ConformanceError, match="not everything of run r1"):
        dog.finish()


def test_a_killed_run_is_heard_of(process):
    word = process(0)
    code = (
        "import os, sys, pathlib; from conformance.targets.compose.watchdog import Watchdog\n"
        f"sys.executable = {sys.executable!r}; dog = Watchdog(pathlib.Path('r1'), pathlib.Path({str(ROOT)!r}))\n"
        "os.kill(os.getpid(), 9)"
    )
    killed = subprocess.run([PYTHON, "-c", code], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert text_of(word) == "heard"
