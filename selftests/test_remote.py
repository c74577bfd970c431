"""Why a host cannot be reached is told in one line with the remedy; a command's own failure is its exit code."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from conformance.errors import EvidenceError
from conformance.target.attached.remote import Remote


def remote(monkeypatch: pytest.MonkeyPatch, rc: int, stderr: str, *, raises: bool = False) -> Remote:
    answer = SimpleNamespace(rc=rc, stdout_bytes=b"out", stderr=stderr)

    def run(*_: Any) -> Any:
        if raises:
            raise RuntimeError(answer)
        return answer

    monkeypatch.setattr("conformance.target.attached.remote._host", lambda *_: SimpleNamespace(run=run))
    return Remote("das1", "ssh://das1")


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("ssh: Could not resolve hostname das1: Name or service not known", "correct the host's name"),
        ("Host key verification failed.", "add its key to known_hosts"),
        ("das@das1: Permission denied (publickey).", "check user and key"),
        ("ssh: connect to host das1 port 22: Connection refused", "is sshd running"),
        ("kex_exchange_identification: read: odd", ""),
    ],
)
def test_ssh_that_ends_by_itself_is_one_line(monkeypatch: pytest.MonkeyPatch, said: str, remedy: str) -> None:
    broken = remote(monkeypatch, 255, f"Warning: something\n{said}\n", raises=True)
    with pytest.raises(EvidenceError) as told:
        broken.run("true")
    assert told.value.what == f"das1: ssh://das1 cannot be reached: {said}"
    assert remedy in told.value.remedy


@pytest.mark.parametrize("said", ["Error: No such container: das1", "Error response: Container x is not running"])
def test_a_container_that_is_not_there_is_unreachable(monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    with pytest.raises(EvidenceError, match="cannot be reached"):
        remote(monkeypatch, 125, said).run("true")


def test_a_command_that_fails_is_no_matter_of_the_host(monkeypatch: pytest.MonkeyPatch) -> None:
    assert remote(monkeypatch, 44, "").run("x") == (44, b"out", "")
    assert remote(monkeypatch, 127, "sh: 1: foo: cannot start").run("x")[0] == 127
