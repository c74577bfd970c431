import subprocess
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.targets.embedded import loopback, namespaces
from conformance.targets.embedded.loopback import LoopbackHosts
from conformance.targets.embedded.namespaces import NamespaceHosts
from conformance.targets.shared import processes
from conformance.targets.shared.hosts import MYSQL, NODE1, NODE2


def test_a_process_enters_network_and_mounts_and_becomes_the_command():
    binds = [(Path("/runs/1/node1/das"), Path("/runs/1/das"))]

    command = namespaces.entering(Path("/proc/2/fd/9"), binds, Path("/runs/1/das"), ["sh", "bin/wso2server.sh"])

    assert command[:2] == ["nsenter", "--net=/proc/2/fd/9"]
    assert command[2:6] == ["unshare", "--mount", "--propagation", "private"]
    assert command[-5:] == ["/runs/1/das", "--", "/runs/1/das", "sh", "bin/wso2server.sh"]
    with pytest.raises(ConformanceError, match="named --"):
        namespaces.entering(Path("/none"), [(Path("--"), Path("/x"))], Path("/"), ["true"])


def test_the_command_is_found_behind_binds_and_folder(tmp_path):
    command = namespaces.entering(Path("/none"), [], tmp_path, ["pwd"])

    done = subprocess.run(command[6:], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == str(tmp_path)


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


def test_a_program_that_is_not_there_and_a_folder_to_be_bound_on_loopback_are_told(tmp_path):
    hosts = LoopbackHosts("selftest-run", free=lambda _: True)

    with pytest.raises(ConformanceError, match="no-such-program"):
        hosts.spawn(NODE1, ["/no-such-program"], {}, tmp_path / "out", tmp_path)
    with pytest.raises(ConformanceError, match="cannot bind"):
        hosts.spawn(NODE1, ["true"], {}, tmp_path / "out", tmp_path, [(tmp_path, Path("/elsewhere"))])
