"""Each question gets its own answer: after an interrupt, a time-out or nonsense the process is another."""

import os
import sys
from pathlib import Path
from unittest.mock import Mock

import pytest

from conformance.errors import ConformanceError
from conformance.targets.compose.home_files import HomeFiles
from selftests.docker_command import put_docker

#: `docker exec -i OBSERVER python3 ARGUMENTS...`
SERVE = f'shift 4; exec {sys.executable} "$@"'


def files(folder: Path, answer_s: float = 60) -> HomeFiles:
    (folder / "log").write_text("12345")
    return HomeFiles("observer", str(folder), "/opt/das/home", answer_s)


def test_an_interrupted_question_leaves_no_answer_to_the_next_out_of_a_terminals_reach(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_docker(tmp_path, monkeypatch, SERVE)
    home = files(tmp_path)
    assert home.size("log") == 5
    # Ctrl-C is pressed when the question is asked already.
    home._process.stdout = Mock(readline=Mock(side_effect=KeyboardInterrupt))  # type: ignore[union-attr]
    with pytest.raises(KeyboardInterrupt):
        home.read("log")
    assert home.listing(".") == sorted(one.name for one in tmp_path.iterdir())
    assert home._process is not None
    assert os.getsid(home._process.pid) != os.getsid(0)
    home.close()


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo 'OCI runtime exec failed'; cat >/dev/null", "look into its log"),
        ("exit 1", "look into its log"),
        ("exec <&-; sleep 60", "look into its log"),
        ("sleep 60", "observer's container does not answer"),
    ],
)
def test_what_is_no_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str) -> None:
    put_docker(tmp_path, monkeypatch, script)
    with pytest.raises(ConformanceError, match=said):
        files(tmp_path, answer_s=0.5).size("log")


def test_an_observer_that_is_back_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_docker(tmp_path, monkeypatch, f"[ -e {tmp_path}/back ] || exit 1\n{SERVE}")
    home = files(tmp_path)
    with pytest.raises(ConformanceError):
        home.size("log")
    (tmp_path / "back").touch()
    assert home.size("log") == 5
    home.close()
