"""Why a host cannot be reached is reported in one line with the remedy; a command's own failure is its exit code."""

import re
import subprocess
import time
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from conformance.deadlines import Deadline
from conformance.errors import EvidenceError
from conformance.targets.attached.remote import HostEnded, HostSilent, Remote, SshSockets


@pytest.fixture
def remote(monkeypatch):
    """Makes a host that gives or raises this answer."""

    def made(rc: int, stderr: str, *, raises: bool = False, url: str = "ssh://das1") -> Remote:
        answer = SimpleNamespace(rc=rc, stdout_bytes=b"out", stderr_bytes=stderr.encode())
        run = Mock(return_value=answer, side_effect=RuntimeError(answer) if raises else None)
        host = SimpleNamespace(run=run, backend=SimpleNamespace())
        monkeypatch.setattr("conformance.targets.attached.remote._host", lambda *_: host)
        return Remote("das1", url)

    return made


@pytest.mark.parametrize(("said", "remedy"), [
    ("ssh: Could not resolve hostname das1: Name or service not known", "correct the host's name"),
    ("Host key verification failed.", "add its key to known_hosts"),
    ("das@das1: Permission denied (publickey).", "check user and key"),
    ("ssh: connect to host das1 port 22: Connection refused", "is sshd running"),
    ("ssh: connect to host das1 port 22: Connection timed out", "is the host up"),
    ("Timeout, server das1 not responding.", "does it stand still"),
    ("ssh: connect to host das1 port 22: No route to host", "is the host up?"),
    ("Received disconnect from 10.0.0.11 port 22:2: Too many authentication failures", "with IdentitiesOnly yes"),
    ("Can't open user config file ssh.config: No such file or directory", "correct ssh_config of the inventory"),
    ("ssh.config: line 1: Bad configuration option: hots", "correct the file that ssh_config of the inventory names"),
    ("Connection timed out during banner exchange", "is the host up"),
    ("kex_exchange_identification: read: odd", ""),
])  # fmt: skip
def test_ssh_that_ends_by_itself_is_one_line(remote, said, remedy):
    broken = remote(255, f"Warning: something\n{said}\n", raises=True)
    with pytest.raises(EvidenceError) as raised:
        broken.run("true")
    assert raised.value.what == f"das1: ssh://das1 cannot be reached: {said}"
    assert isinstance(raised.value, HostSilent) is bool(re.search("connect to host|not responding|timed out", said))
    assert remedy in raised.value.remedy


@pytest.mark.parametrize(("url", "said", "remedy"), [
    ("docker", "Error response from daemon: container 0af3 is not running", "start the container"),
    ("docker", "Error response from daemon: No such container: das1", "docker ps"),
    ("docker", "Error: No such container: das1", "docker ps"),
    ("podman", 'Error: no container with name or ID "das1" found: no such container', "podman ps"),
    ("podman", "Error: can only create exec sessions on running containers", "start the container"),
    ("lxc", "Error: Instance not found", ""),
    ("lxc", "Error: Instance is not running", "start the container"),
    ("kubectl", 'Error from server (NotFound): pods "das1" not found', "kubectl get pods"),
    ("kubectl", 'error: unable to upgrade connection: container not found ("das")', ""),
    ("kubectl", "error: cannot exec into a container in a completed pod; current phase is Failed", ""),
])  # fmt: skip
def test_a_container_that_has_ended_is_reported_as_such(remote, url, said, remedy):
    with pytest.raises(HostEnded, match="cannot be reached") as raised:
        remote(1, f"{said}\n", url=f"{url}://das1").run("true")
    assert said in raised.value.what
    assert remedy in raised.value.remedy


@pytest.mark.parametrize(("url", "rc", "said", "remedy"), [
    ("docker", 1, "Cannot connect to the Docker daemon at unix:///x. Is the docker daemon running?", "start the D"),
    ("docker", 1, "failed to connect to the docker API at unix:///x; check if the daemon is running", "start the D"),
    ("docker", 1, "permission denied while trying to connect to the docker API at unix:///x", "let this user"),
    ("docker", 1, "Error response from daemon: Container das1 is paused, unpause it", "unpause"),
    ("docker", 126, "OCI runtime exec failed: exec failed: unable to start container process", "and have /bin/sh"),
    ("docker", 127, "/bin/sh: 1: docker: not found", "install that command"),
    ("docker", 127, "bash: line 1: docker: command not found", "install that command"),
    ("ssh", 127, "/bin/sh: 1: ssh: not found", "install that command"),
    ("kubectl", 1, 'Error from server (NotFound): namespaces "das" not found', "correct pod and namespace"),
    ("kubectl", 1, 'Error from server (Forbidden): pods "das1" is forbidden: User "x" cannot', "let this account"),
    ("kubectl", 1, "The connection to the server localhost:8080 was refused", "kubectl's configuration"),
])  # fmt: skip
def test_a_client_that_does_not_get_through_says_nothing_of_the_container(remote, url, rc, said, remedy):
    with pytest.raises(EvidenceError, match="cannot be reached") as raised:
        remote(rc, said, url=f"{url}://das1").run("true")
    assert not isinstance(raised.value, HostEnded)
    assert remedy in raised.value.remedy


@pytest.mark.parametrize(("url", "rc", "said"), [
    ("ssh", 44, ""),
    ("ssh", 127, "sh: 1: readlink: not found"),
    ("docker", 127, "/bin/sh: 1: readlink: not found"),
    ("docker", 1, "cat: /opt/das/x: Permission denied"),
    ("docker", 1, "das is not running"),
    *((url, 1, "Error response from daemon: container 0af3 is not running") for url in ("ssh", "local")),
])  # fmt: skip
def test_a_command_that_fails_is_no_matter_of_the_host(remote, url, rc, said):
    assert remote(rc, said, url=f"{url}://das1").run("x") == (rc, b"out", said)


def test_a_command_that_does_not_end_is_given_up_and_ended(tmp_path):
    begun = time.monotonic()
    with pytest.raises(EvidenceError, match=r"das1: local://: no end of 'sleep 30; .*' within 0\.05 s - is the host"):
        Remote("das1", "local://").run("sleep 30; touch %s", str(tmp_path / "late"), deadline=Deadline("x", 0.05, ""))
    assert time.monotonic() - begun < 10
    assert not list(tmp_path.iterdir())


def test_complaints_that_are_no_ascii_need_no_second_command():
    assert Remote("das1", "local://").run(r"printf '\377\303\244' >&2; exit 3") == (3, b"", "\ufffdä")


def test_ssh_is_asked_by_a_socket_that_only_this_run_has(monkeypatch):
    lines: list[str] = []
    monkeypatch.setattr(
        "conformance.targets.attached.remote._bounded",
        lambda backend, _, command, *more: (
            lines.append(backend.quote(command, *more)) or backend.result(0, b"", b"", b"")
        ),
    )
    sockets = SshSockets()
    for config in ("", "ssh.config"):
        Remote("das1", "ssh://das@das1:2222", config, sockets.path(0)).run("ls %s", "/opt/a b")
    assert ["-F ssh.config" in line for line in lines] == [False, True]
    assert f"-o ControlPath={sockets.folder}/0 " in lines[0]
    assert "-o BatchMode=yes -o ServerAliveInterval=5 -o ServerAliveCountMax=3 " in lines[0]
    assert sockets.folder.stat().st_mode & 0o777 == 0o700
    (sockets.folder / "0").touch()
    ended = Mock(wraps=subprocess.run)
    monkeypatch.setattr("subprocess.run", ended)
    sockets.close()
    assert ended.call_args.args[0][3:7] == ["-o", f"ControlPath={sockets.folder}/0", "-O", "exit"]
    assert not sockets.folder.exists()


def test_a_changed_host_key_is_reported_as_such(remote):
    said = "@@@@@@@@\n@  WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!  @\n@@@@@@@@\nHost key verification failed.\n"
    with pytest.raises(EvidenceError, match="reached: WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! - check who"):
        remote(255, said, raises=True).run("true")


@pytest.mark.parametrize(("said", "tries"), [
    ("das@das1: Permission denied (publickey).", 1),
    ("Received disconnect: Too many authentication failures", 1),
    ("Host key verification failed.", 1),
    ("No route to host", 2),
])  # fmt: skip
def test_a_refused_login_is_not_tried_again(remote, said, tries):
    broken = remote(255, said, raises=True)
    for _ in range(2):
        with pytest.raises(EvidenceError, match=re.escape(said)):
            broken.run("true")
    assert broken._host.run.call_count == tries
