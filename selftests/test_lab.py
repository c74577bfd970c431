"""The lab: its commands, its hosts in network namespaces, and the ports that are forwarded into it."""

import json
import os
import socket
import subprocess
import threading
from pathlib import Path

import psutil
import pytest

from conformance.__main__ import main
from conformance.errors import ConformanceError
from conformance.session.commands import lab
from conformance.targets.embedded import lab_inside, lab_state, loopback, namespaces
from conformance.targets.embedded.deployment import spec_of
from conformance.targets.embedded.entered import Entered, Forward
from conformance.targets.embedded.forward import Forwarder, open_listener
from conformance.targets.embedded.loopback import LoopbackHosts
from conformance.targets.embedded.namespaces import NamespaceHosts
from conformance.targets.shared import processes
from conformance.targets.shared.choice import LabOptions
from conformance.targets.shared.hosts import MYSQL, NODE1, NODE2


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


def test_a_lab_shows_where_everything_is(cache, capsys):
    run = Entered(cache / "run-1", LabOptions(), "", {}, (Forward("node1 console", 5, 40001, "198.51.100.11", 9443),))
    run.folder.mkdir()
    lab_state.write(run.folder)
    spec = spec_of(run.folder, NamespaceHosts(run.folder, "run-1"))
    lab_inside.announce(run, spec)

    assert main(["lab", "status"]) == 0
    printed = capsys.readouterr().out
    assert "https://127.0.0.1:40001/carbon/" in printed
    assert spec.admin_password.reveal() not in printed
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
    assert (spec.ordered, first.name) == (True, NODE1)
    assert first.home == tmp_path / NODE1 / "das" != second.home
    assert (first.https, second.https) == (10243, 10263)
    assert (first.hazelcast_port, second.hazelcast_port) == (4800, 4820)
    assert lab_inside.direct(spec)["node2 console"] == f"{second.address}:10263"


def test_a_process_enters_network_and_mounts_and_becomes_the_command(tmp_path):
    binds = [(Path("/runs/1/node1/das"), Path("/runs/1/das"))]
    command = namespaces.entering(Path("/proc/2/fd/9"), binds, Path("/runs/1/das"), ["sh", "bin/wso2server.sh"])
    assert command[:2] == ["nsenter", "--net=/proc/2/fd/9"]
    assert command[2:6] == ["unshare", "--mount", "--propagation", "private"]
    assert command[-5:] == ["/runs/1/das", "--", "/runs/1/das", "sh", "bin/wso2server.sh"]
    with pytest.raises(ConformanceError, match="named --"):
        namespaces.entering(Path("/none"), [(Path("--"), Path("/x"))], Path("/"), ["true"])
    behind = namespaces.entering(Path("/none"), [], tmp_path, ["pwd"])[6:]
    assert subprocess.run(behind, capture_output=True, text=True, check=True).stdout.strip() == str(tmp_path)


def test_the_machines_name_is_the_hosts_own_address():
    text = namespaces.hosts_file("node2", "buildbox")
    assert "127.0.0.1 localhost\n" in text
    assert "198.51.100.12 node2 buildbox\n" in text
    assert "198.51.100.11 node1\n" in text


def test_before_it_is_opened_a_network_has_addresses_and_nothing_else(tmp_path):
    hosts = NamespaceHosts(tmp_path, "run-1")
    assert (hosts.address(NODE1), hosts.offset(NODE1)) == ("198.51.100.11", 0)
    with pytest.raises(ConformanceError, match="not up"):
        hosts.unplug(NODE1)
    hosts.close()


def test_loopback_hosts_take_the_first_range_that_is_free_or_say_that_there_is_none():
    busy = {9443 + 20, 8081 + 100}
    assert loopback.find_base(lambda port: port not in busy) == 200
    with pytest.raises(ConformanceError, match="no free range of ports"):
        loopback.find_base(lambda _: False)


def test_hosts_on_loopback_differ_in_address_and_offset():
    hosts = LoopbackHosts("run-1", free=lambda _: True)
    assert len({hosts.address(name) for name in (MYSQL, NODE1, NODE2)}) == 3
    assert hosts.offset(NODE1) != hosts.offset(NODE2)
    with pytest.raises(ConformanceError, match="no link"):
        hosts.unplug(NODE1)
    with pytest.raises(ConformanceError, match="cannot be isolated"):
        hosts.isolate(NODE1, NODE2)
    with pytest.raises(ConformanceError, match="cannot be slowed"):
        hosts.throttle(NODE1, 1000)


def test_a_loopback_host_knows_its_processes_and_ends_them(tmp_path):
    hosts = LoopbackHosts("selftest-run", free=lambda _: True)
    child = hosts.spawn(NODE1, ["sleep", "60"], {"PATH": "/usr/bin:/bin"}, tmp_path / "out", tmp_path)
    found = [process.pid for process in hosts.processes(NODE1)]
    hosts.close()
    assert found == [child.pid]
    assert child.wait(5) == -9
    assert processes.marked("selftest-run") == []


def test_a_program_that_is_not_there_and_a_folder_to_be_bound_on_loopback_are_reported(tmp_path):
    hosts = LoopbackHosts("selftest-run", free=lambda _: True)
    with pytest.raises(ConformanceError, match="no-such-program"):
        hosts.spawn(NODE1, ["/no-such-program"], {}, tmp_path / "out", tmp_path)
    with pytest.raises(ConformanceError, match="cannot bind"):
        hosts.spawn(NODE1, ["true"], {}, tmp_path / "out", tmp_path, [(tmp_path, Path("/elsewhere"))])


@pytest.fixture
def echo():
    """Port of a server that answers everything in upper case when the client has said all."""
    server = socket.create_server(("127.0.0.1", 0))

    def serve():
        while True:
            try:
                client, _ = server.accept()
            except OSError:
                return
            with client, client.makefile("rb") as reader:
                client.sendall(reader.read().upper())

    threading.Thread(target=serve, daemon=True).start()
    yield server.getsockname()[1]
    server.shutdown(socket.SHUT_RDWR)
    server.close()


def talk(port, data):
    with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
        client.sendall(data)
        client.shutdown(socket.SHUT_WR)
        with client.makefile("rb") as reader:
            return reader.read()


def test_both_directions_pass_whole_and_closing_ends_them(echo):
    forward = open_listener("echo", "127.0.0.1", echo)
    forwarder = Forwarder([forward])
    assert forward.outside == f"127.0.0.1:{forward.outside_port}"
    assert (forward.address, forward.port) == ("127.0.0.1", echo)
    assert talk(forward.outside_port, b"x" * 300_000) == b"X" * 300_000
    forwarder.close()
    with pytest.raises(ConnectionRefusedError):
        talk(forward.outside_port, b"late")


def test_a_target_that_does_not_listen_costs_only_that_connection(echo):
    dead, living = open_listener("dead", "127.0.0.1", 1), open_listener("echo", "127.0.0.1", echo)
    forwarder = Forwarder([dead, living])
    with socket.create_connection(("127.0.0.1", dead.outside_port), timeout=10) as client:
        assert client.recv(1) == b""
    assert talk(living.outside_port, b"hello") == b"HELLO"
    forwarder.close()
