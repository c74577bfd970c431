"""The lab's MySQL, and its limits of connections against the pools of both nodes."""

import io
import tarfile
import zipfile
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import Mock

import pymysql
import pytest

from conformance.database import connection_limit
from conformance.deployment.spec import EVENT_STORE_DB, PROCESSED_STORE_DB
from conformance.errors import ConformanceError, EvidenceError
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.datasources import ANALYTICS, MASTER
from conformance.secret import Secret
from conformance.targets.embedded import mysql_binaries
from conformance.targets.embedded.mysql_binaries import MySqlBinaries
from conformance.targets.embedded.mysql_server import MySqlServer, account_statements
from selftests.fake_mysql import SERVER, FakeMySql, with_databases
from selftests.fake_node import StillClock
from selftests.page_home import datasource

H2 = {name: "jdbc:h2:./x" for name in ("WSO2UM_DB", "WSO2REG_DB", EVENT_STORE_DB, PROCESSED_STORE_DB)}


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
    mysql = MySqlServer(binaries, hosts, tmp_path / "mysql", StillClock())
    mysql.connect = Mock(side_effect=pymysql.err.OperationalError(2003, "Can't connect"))
    return mysql, hosts


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


def test_a_server_gets_address_port_and_libraries_and_one_that_never_answers_is_reported_with_its_log(tmp_path):
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
def test_a_damaged_artifact_is_reported(tmp_path, content):
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


def sized(judge, size, path=ANALYTICS):
    for access in judge.accesses:
        text = access.files[path].decode()
        access.files[path] = text.replace("</url>", f"</url><maxActive>{size}</maxActive>").encode()
    return judge


def pages(judge):
    return sized(sized(judge, 50), 50, MASTER)


def problem(judge):
    return connection_limit.problem(judge.databases)


@pytest.mark.parametrize(("limits", "expected"), [
    *((limits, "") for limits in ((400, 0), (1000, 0), (5000, 400))),
    ((151, 0), f"MySQL das@{SERVER}:3306 (MySQL 5.7.22): max_connections is 151, expected at least 400"),
    ((151, 0), "node1 WSO2UM_DB 50"),
    ((151, 0), f"node2 {PROCESSED_STORE_DB} 50"),
    ((1000, 1), "max_user_connections of the account is 1, expected at least 400"),
])  # fmt: skip
def test_a_server_and_an_account_take_what_the_pools_may_open(judge, limits, expected):
    judge.server.limits = limits
    found = problem(pages(judge))
    assert expected in found
    assert bool(found) == bool(expected)


@pytest.mark.parametrize("size", ["", "0", "-5", "many"])
def test_a_pool_without_a_size_that_it_can_use_takes_a_hundred(judge, size):
    judge.server.limits = (799, 0)
    assert "expected at least 800" in problem(sized(sized(judge, size), size, MASTER))


@pytest.mark.parametrize("path", [MASTER, ANALYTICS])
@pytest.mark.parametrize("scheme", ["jdbc:mysql", "JDBC:MariaDB"])
def test_every_data_source_of_a_node_counts_that_leads_there(judge, path, scheme):
    judge.server.limits = (499, 0)
    for access in pages(judge).accesses:
        more = datasource("OTHER", f"{scheme}://{SERVER},198.51.100.14:3307/other")
        access.files[path] = access.files[path].replace(b"</datasources>", f"{more}</datasources>".encode())
    assert "expected at least 500" in problem(judge)


def test_pools_on_another_server_count_there(judge):
    other = FakeMySql.good()
    other.variables["server_uuid"], other.limits, judge.server.limits = "another", (200, 0), (200, 0)
    judge.network.servers["198.51.100.14"] = other
    for access in judge.accesses:
        urls = {name: f"jdbc:mysql://198.51.100.14/{name}" for name in (EVENT_STORE_DB, PROCESSED_STORE_DB)}
        with_databases(access, **urls)
    assert problem(pages(judge)) == ""


def test_data_sources_that_do_not_lead_to_mysql_do_not_count(judge):
    judge.server.limits = (200, 0)
    for access in judge.accesses:
        with_databases(access, WSO2UM_DB="jdbc:h2:./x", WSO2REG_DB="jdbc:h2:./x")
    assert problem(pages(judge)) == ""


def test_without_any_on_mysql_nothing_can_be_said(judge):
    for access in judge.accesses:
        with_databases(access, **H2)
    with pytest.raises(NotAssessed, match="no shared data source leads to MySQL"):
        problem(judge)


def test_a_size_that_only_the_product_knows_is_not_assessed(judge):
    with pytest.raises(NotAssessed, match="which the product replaces"):
        problem(sized(judge, "${pool}"))


def test_a_server_that_does_not_answer_is_an_error(judge):
    del judge.network.servers[SERVER]
    with pytest.raises(EvidenceError, match="Can't connect"):
        problem(judge)
