import json
import os
from pathlib import Path

import psutil
import pytest

from conformance.__main__ import main
from conformance.session.commands import lab
from conformance.targets.embedded import lab_inside, lab_state
from conformance.targets.embedded.deployment import spec_of
from conformance.targets.embedded.entered import Entered, Forward
from conformance.targets.embedded.loopback import LoopbackHosts
from conformance.targets.embedded.namespaces import NamespaceHosts
from conformance.targets.shared.hosts import NODE1
from conformance.targets.shared.lab_options import LabOptions


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("DAS_CONFORMANCE_CACHE", str(tmp_path))
    return tmp_path


def test_without_a_lab_status_fails_and_down_has_nothing_to_do(cache, capsys):
    assert (main(["lab", "status"]), main(["lab", "down"])) == (1, 0)
    assert capsys.readouterr().out == "no lab is up\nno lab is up\n"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"pid": 999999999, "started": 1.0, "folder": "/x"}'])
def test_a_state_that_is_damaged_or_of_a_dead_supervisor_is_no_lab(cache, text):
    (cache / "lab.json").write_text(text)

    assert lab_state.read() is None


def test_another_process_of_the_same_pid_is_not_the_supervisor(cache):
    started = psutil.Process().create_time() - 100
    (cache / "lab.json").write_text(json.dumps({"pid": os.getpid(), "started": started, "folder": "/x"}))

    assert lab_state.read() is None


def test_a_lab_tells_where_everything_is(cache, capsys):
    run = Entered(cache / "run-1", LabOptions(), "", {}, (Forward("node1 console", 5, 40001, "198.51.100.11", 9443),))
    run.folder.mkdir()
    lab_state.write(run.folder)
    spec = spec_of(run.folder, NamespaceHosts(run.folder, "run-1"))
    lab_inside.announce(run, spec)

    assert main(["lab", "status"]) == 0
    told = capsys.readouterr().out
    assert "https://127.0.0.1:40001/carbon/" in told
    assert spec.admin_password.reveal() not in told
    assert (run.folder / "passwords.txt").stat().st_mode & 0o077 == 0


def test_a_second_lab_and_a_pack_that_is_not_there_are_refused_in_one_line(cache, capsys):
    assert main(["lab", "up", "--das-pack", "/no/such.zip"]) == 1
    lab_state.write(cache / "run-1")
    assert main(["lab", "up"]) == 1

    no_pack, second = capsys.readouterr().err.splitlines()
    assert no_pack.startswith("error: --das-pack /no/such.zip: no such file or folder - pass the vendor's wso2das")
    assert second.startswith("error: a lab is already up")


@pytest.mark.parametrize("arguments", [["lab"], ["lab", "up", "--mysql", "5.6"], ["nonsense"], []])
def test_bad_usage_is_refused(arguments):
    with pytest.raises(SystemExit) as raised:
        main(arguments)

    assert raised.value.code == 2


def test_the_supervisor_gets_every_option():
    command = lab.supervisor_command(LabOptions(Path("/p/das.zip"), "8.0", True, True))
    other = lab.supervisor_command(LabOptions(kernel="4.4"))

    assert command[1:5] == ["-m", "conformance", "lab", "supervise"]
    assert command[5:] == ["--mysql=8.0", "--das-pack=/p/das.zip", "--keep", "--loopback"]
    assert other[5:] == ["--mysql=5.7", "--kernel=4.4"]


def test_homes_lie_at_one_path_where_hosts_have_their_own_view_and_differ_with_their_ports_on_loopback(tmp_path):
    first, second = spec_of(tmp_path, NamespaceHosts(tmp_path, "run-1")).nodes
    assert first.home == second.home
    assert (first.https, first.hazelcast_port) == (9443, 4000)
    assert first.node_id != second.node_id

    spec = spec_of(tmp_path, LoopbackHosts("run-1", free=lambda port: port >= 4100))
    first, second = spec.nodes
    assert first.home == tmp_path / NODE1 / "das" != second.home
    assert (first.https, second.https) == (10243, 10263)
    assert (first.hazelcast_port, second.hazelcast_port) == (4800, 4820)
    assert lab_inside.direct(spec)["node2 console"] == f"{second.address}:10263"
