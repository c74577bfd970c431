import io
import tarfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pymysql
import pytest

from conformance.errors import ConformanceError
from conformance.secret import Secret
from conformance.targets.embedded import mysql_binaries
from conformance.targets.embedded.mysql_binaries import MySqlBinaries
from conformance.targets.embedded.mysql_server import MySqlServer, account_statements
from selftests.fake_node import StillClock


def server(tmp_path, code, log="", version="5.7"):
    """A server and its hosts, which note what is spawned; every process has written `log` and ended with `code`."""
    answers = {"address.return_value": "127.0.0.13", "offset.return_value": 4, "processes.return_value": []}
    hosts = Mock(code=code, spawned=[], **answers)

    def spawn(_name, argv, env, stdout, _cwd):
        hosts.spawned.append((argv, env))
        stdout.write_text(log)
        process = SimpleNamespace(returncode=hosts.code)
        process.poll = process.wait = lambda: process.returncode
        return process

    hosts.spawn = spawn
    binaries = MySqlBinaries(version, Path("/mysql"), (Path("/libs"),))
    refusing = Mock(side_effect=pymysql.err.OperationalError(2003, "Can't connect"))
    return MySqlServer(binaries, hosts, tmp_path / "mysql", StillClock(), refusing), hosts


def links(hosts):
    """What was done to the link of a host, and to whose."""
    return [(name, *args) for name, args, _ in hosts.method_calls if name in ("plug", "unplug")]


def test_a_server_that_cannot_initialise_shows_the_last_lines_of_its_log(tmp_path):
    mysql, _ = server(tmp_path, 1, "\n".join(f"line {number}" for number in range(30)))

    with pytest.raises(ConformanceError) as raised:
        mysql.initialise()

    assert "could not initialise (exit code 1)" in str(raised.value)
    assert "line 29" in str(raised.value)
    assert "line 9\n" not in str(raised.value)


def test_a_server_that_ends_while_starting_is_not_waited_for(tmp_path):
    mysql, _ = server(tmp_path, 0)
    mysql.initialise()
    mysql._hosts.code = 7

    with pytest.raises(ConformanceError, match="ended with exit code 7"):
        mysql.start()


def test_a_server_gets_address_port_and_libraries_and_one_that_never_answers_is_told_with_its_log(tmp_path):
    mysql, hosts = server(tmp_path, None, "Can't open shared library\n", version="8.0")
    (tmp_path / "mysql").mkdir()

    with pytest.raises(ConformanceError, match="MySQL answers not within 30 s") as raised:
        mysql.start()

    assert "Can't open shared library" in str(raised.value)
    assert not (tmp_path / "mysql" / "first.sql").exists()
    argv, env = hosts.spawned[0]
    assert {"--bind-address=127.0.0.13", "--port=3310", "--socket=mysqld.sock"} <= set(argv)
    assert "--default-authentication-plugin=mysql_native_password" in argv
    assert env["LD_LIBRARY_PATH"] == "/libs"


def test_the_first_start_makes_one_account_statement_a_line():
    statements = account_statements(Secret("word"))

    assert all(statement.endswith(";") and "\n" not in statement for statement in statements)
    assert "CREATE USER 'root'@'%' IDENTIFIED BY 'word';" in statements


def jar(tmp_path, *names):
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name in names:
            archive.addfile(tarfile.TarInfo(name))
    path = tmp_path / "server.jar"
    with zipfile.ZipFile(path, "w") as outer:
        outer.writestr("mysql-Linux-amd64.tar.gz", packed.getvalue())
    return path


def test_the_archive_inside_the_artifact_is_unpacked_and_one_without_a_server_leaves_nothing(tmp_path):
    with pytest.raises(ConformanceError, match="no bin/mysqld inside"):
        mysql_binaries.unpack(jar(tmp_path, "README"), tmp_path / "5.7.22")
    assert [path.name for path in tmp_path.iterdir()] == ["server.jar"]

    mysql_binaries.unpack(jar(tmp_path, "bin/mysqld", "share/errmsg.sys"), tmp_path / "5.7.22")
    assert (tmp_path / "5.7.22/share/errmsg.sys").is_file()

    with zipfile.ZipFile(tmp_path / "server.jar", "w") as outer:
        outer.writestr("other", "x")
    with pytest.raises(ConformanceError, match="damaged"):
        mysql_binaries.unpack(tmp_path / "server.jar", tmp_path / "8.0.11")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off"])
def test_a_damaged_artifact_is_told(tmp_path, content):
    (tmp_path / "server.jar").write_bytes(content)

    with pytest.raises(ConformanceError, match=r"server\.jar: damaged"):
        mysql_binaries.unpack(tmp_path / "server.jar", tmp_path / "5.7.22")


def test_a_server_whose_host_was_off_the_network_comes_back_with_it(tmp_path):
    mysql, hosts = server(tmp_path, None)
    (tmp_path / "mysql").mkdir()
    for _ in range(2):
        with pytest.raises(ConformanceError, match="MySQL answers not within"):
            mysql.start()
        mysql.lose()
    off, on = ("unplug", "mysql"), ("plug", "mysql")
    assert (links(hosts), len(hosts.spawned)) == ([off, on, off], 1)
    # Unless it ended meanwhile.
    mysql._process.returncode = hosts.code = 0
    with pytest.raises(ConformanceError, match="ended with exit code 0"):
        mysql.start()
    assert (links(hosts)[3:], len(hosts.spawned)) == ([on], 2)
