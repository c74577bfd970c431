"""Before a run: what of a deployment cannot be reached, a line each, and what can be judged all the same."""

from argparse import Namespace
from pathlib import Path
from unittest.mock import Mock

import pymysql
import pytest

from conformance.deployment.spec import ClusterSpec, DatabaseSpec
from conformance.errors import ConformanceError, EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.node import Node
from conformance.secret import Secret
from conformance.session.commands import preflight
from conformance.targets.attached.logins import refused_administrator, refused_databases
from conformance.targets.attached.node import AttachedNode
from selftests.fake_mysql import PASSWORD, SERVER, FakeNetwork, with_databases
from selftests.fake_node import FakeAccess
from selftests.good_homes import GoodHomes
from selftests.test_attached_deployment import ALL, READ_HERE
from selftests.test_attached_node import server_of

NODE = '[nodes.das{number}]\nhost = "{host}"\nhome = "{home}"\naddress = "127.0.0.1"\nstart = "true"\n'


def preflight_of(
    folder: Path, capsys: pytest.CaptureFixture[str], *hosts: str, more: str = ""
) -> tuple[int, list[str]]:
    homes = GoodHomes(folder)
    nodes = [
        NODE.format(number=number, host=host, home=homes.home(spec.name))
        for number, (spec, host) in enumerate(zip(homes.specs, hosts, strict=True), 1)
    ]
    (folder / "inventory.toml").write_text("".join(nodes) + more)
    code = preflight.run(Namespace(target=f"attached:{folder / 'inventory.toml'}"))
    return code, capsys.readouterr().out.splitlines()


def test_a_node_that_is_down_is_reported_with_what_follows(tmp_path, capsys):
    code, lines = preflight_of(tmp_path, capsys, "local://", "ssh://nobody@127.0.0.1:1")
    assert code == 1
    assert any(line.startswith("problem: das1: no server runs from") and "will be errors" in line for line in lines)
    unreached = [line for line in lines if line.startswith("problem: das2: ssh://nobody@127.0.0.1:1 cannot be reached")]
    assert len(unreached) == 1
    assert unreached[0].endswith("everything that is asked of it will be an error")
    assert not any(line.startswith("problem: das2 ") for line in lines)
    assert any(line.startswith("can be judged when the problems are solved: ") for line in lines)


def test_ports_of_a_server_that_runs_are_tried(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(AttachedNode, "read", READ_HERE)
    monkeypatch.setattr(preflight, "tried_connection", lambda *_: "Connection refused")
    server = server_of(tmp_path / "node1")
    try:
        _, lines = preflight_of(tmp_path, capsys, "local://", "local://")
    finally:
        server.kill()
        server.wait()
    assert "problem: das1: 127.0.0.1:9443 from this machine: Connection refused" in lines


def test_an_outage_of_mysql_is_never_judged_here(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("WORD", "word")
    monkeypatch.setattr(AttachedNode, "read", READ_HERE)
    monkeypatch.setattr(preflight, "refused_databases", lambda *_: ["[database]: refused"])
    _, lines = preflight_of(tmp_path, capsys, "local://", "local://", more=ALL)
    assert "problem: [database]: refused" in lines
    assert "not assessed: 1 (FO-13): MySQL servers of others are not broken: use --target embedded or compose" in lines


def test_what_is_no_inventory_is_refused():
    with pytest.raises(ConformanceError, match=r"snapshot:x has no preflight - give attached:"):
        preflight.run(Namespace(target="snapshot:x"))


def at_mysql() -> list[Node]:
    witness = Witness.silent()
    return [Node(with_databases(FakeAccess.good(name)), witness) for name in ("node1", "node2")]


def test_mysql_is_tried_as_given_and_as_the_homes_say_and_each_account_that_it_refuses_is_reported_once():
    refuse = Mock(side_effect=pymysql.err.OperationalError(1045, "Access denied for user"))
    good, wrong = (DatabaseSpec(SERVER, 3306, "das", Secret(word)) for word in (PASSWORD, "wrong"))
    assert not list(refused_databases(good, at_mysql(), FakeNetwork().connect))
    lines = list(refused_databases(wrong, at_mysql(), refuse))
    assert [line.partition(": ")[0] for line in lines] == ["[database]", "node1"]
    assert "MySQL das@198.51.100.13:3306: 1045: Access denied" in lines[0]


@pytest.mark.parametrize(("answer", "text"), [
    (True, ""),
    (False, "login of 'admin' is refused - correct username and password of [admin]"),
    (EvidenceError("no answer", "look"), "no answer - look"),
    (AssertionError("found SOAP fault"), "found SOAP fault"),
])  # fmt: skip
def test_the_administrators_login_is_tried(answer, text):
    account = ClusterSpec((), DatabaseSpec("", 3306, "", Secret("")), Secret("word"))
    assert refused_administrator(Mock(**{"anonymous.accepts.side_effect": [answer]}), account) == text
