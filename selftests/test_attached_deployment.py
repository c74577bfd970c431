"""What the inventory and --read-only allow is what an attached deployment can do; the rest says what it lacks."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.deployment.description import capabilities_of, describe, spec_of
from conformance.deployment.interface import Capability
from conformance.errors import ConformanceError, EvidenceError
from conformance.targets.attached import inventory
from conformance.targets.attached.deployment import AttachedDeployment, open_target
from conformance.targets.attached.node import AttachedNode
from conformance.targets.shared.choice import TargetChoice
from selftests import whole_run
from selftests.good_homes import GoodHomes

READ_HERE = lambda node, path: (node.spec.home / path).read_bytes()  # noqa: E731
GATED = {Capability.WRITE, Capability.ARTIFACTS, Capability.DEPLOY, Capability.FAULT}
ALL = """
[admin]
password_env = "WORD"
[database]
host = "10.0.0.10"
username = "das"
password_env = "WORD"
[allow]
writes = true
artifacts = true
faults = ["das1", "das2"]
"""
ADMIN = ALL[: ALL.index("[database]")]
DATABASE = ALL[ALL.index("[database]") : ALL.index("[allow]")]
BOTH = '[allow]\nfaults = ["das1", "das2"]\n'


@pytest.fixture(autouse=True)
def _read_here(monkeypatch):
    """Whole runs, in processes of their own, start a shell for each file."""
    monkeypatch.setattr(AttachedNode, "read", READ_HERE)


def inventory_of(folder: Path, *hosts: str, more: str = "") -> Path:
    """An inventory of two homes, each at its host."""
    homes = GoodHomes(folder)
    nodes = "".join(
        f'[nodes.das{number}]\nhost = "{host}"\nhome = "{homes.home(spec.name)}"\naddress = "{spec.address}"\n'
        'start = "true"\n'
        for number, (spec, host) in enumerate(zip(homes.specs, hosts, strict=True), 1)
    )
    (folder / "inventory.toml").write_text(nodes + more)
    return folder / "inventory.toml"


@contextmanager
def attached(folder: Path, more: str = "", *, read_only: bool = False) -> Iterator[AttachedDeployment]:
    """Two homes on this machine."""
    read = inventory.read(inventory_of(folder, "local://", "local://", more=more), {"WORD": "word"})
    deployment = AttachedDeployment(read, read_only=read_only)
    yield deployment
    deployment.close()


def test_without_allow_nothing_is_written_sent_or_broken_and_the_end_leaves_no_socket(tmp_path):
    with attached(tmp_path) as deployment:
        assert set(deployment.capabilities) == {Capability.FILES, Capability.LOG, Capability.DATABASE}
        assert set(Capability) - set(deployment.remedies) == set(deployment.capabilities)
        folder = deployment._sockets.folder
        assert folder.is_dir()
    assert not folder.exists()


def test_all_that_is_allowed_leaves_mysql_and_the_network_alone_and_so_does_a_stored_run(tmp_path):
    with attached(tmp_path, ALL) as deployment:
        assert set(Capability) - set(deployment.capabilities) == {Capability.PARTITION, Capability.DATABASE_FAULT}
        assert deployment.identity()["hosts"] == "das1 by local://; das2 by local://"
        assert deployment.remedies[Capability.DATABASE_FAULT].startswith("MySQL servers of others are not broken")
        described = describe(deployment, "attached:inventory.toml")
    assert Capability.DATABASE_FAULT not in capabilities_of(described, "bundle")
    assert Capability.DATABASE_FAULT in capabilities_of({**described, "target": "embedded"}, "bundle")
    assert capabilities_of({"target": "snapshot:x", "capabilities": ["files"]}, "bundle") == (Capability.FILES,)
    for read in (capabilities_of, spec_of):
        with pytest.raises(EvidenceError, match=r"bundle: describes its deployment as no suite .*record the run again"):
            read({}, "bundle")


@pytest.mark.parametrize(("more", "able"), [
    ('[admin]\npassword_env = "WORD"\n', {Capability.LIVE}),
    (DATABASE, set()),
    (ADMIN + DATABASE + "[allow]\nartifacts = true\n", {Capability.LIVE, Capability.ARTIFACTS}),
    (DATABASE + "[allow]\nartifacts = true\n", set()),
    ("[allow]\nartifacts = true\n", set()),
    ("[allow]\nwrites = true\n", {Capability.WRITE}),
    ("[allow]\nwrites = true\nartifacts = true\n", {Capability.WRITE, Capability.DEPLOY}),
    ('[allow]\nfaults = ["das2"]\n', set()),
    (BOTH, {Capability.FAULT}),
])  # fmt: skip
def test_each_thing_is_allowed_by_itself(tmp_path, more, able):
    with attached(tmp_path, more) as deployment:
        assert set(deployment.capabilities) - {Capability.FILES, Capability.LOG, Capability.DATABASE} == able


@pytest.mark.parametrize(("start", "able"), [("", False), ("start_here = 'true'\n", True)])
def test_nodes_are_broken_only_where_both_can_be_started_again(tmp_path, start, able):
    path = inventory_of(tmp_path, "local://", "local://", more=BOTH)
    path.write_text(path.read_text().replace('start = "true"\n', start, 1))
    deployment = AttachedDeployment(inventory.read(path))
    deployment.close()
    assert (Capability.FAULT in deployment.capabilities) is able


@pytest.mark.parametrize(("more", "stated"), [("", None), (DATABASE, ("jdbc:mysql://10.0.0.10:3306/userdb", "das"))])
def test_a_repair_takes_the_database_of_the_inventory(tmp_path, more, stated):
    with attached(tmp_path, more) as deployment:
        found = deployment.stated_database
        assert (found and (found.url("users"), found.user)) == stated


def test_read_only_overrules_all_of_allow_and_does_not_hide_what_the_inventory_lacks(tmp_path):
    with attached(tmp_path, ALL, read_only=True) as deployment:
        assert not GATED & set(deployment.capabilities)
        assert {deployment.remedies[one] for one in GATED} == {"leave --read-only away"}
        with pytest.raises(EvidenceError, match="was to be broken"):
            deployment.nodes[0].kill()
        with pytest.raises(EvidenceError, match="was to be written"):
            deployment.nodes[0].write("x", b"")
    with attached(tmp_path / "lacks", '[allow]\nfaults = ["das1"]\n', read_only=True) as deployment:
        assert deployment.remedies[Capability.FAULT].startswith("the inventory needs allow.faults with both nodes")


def test_the_target_is_an_inventory_and_may_be_only_read(tmp_path, monkeypatch):
    with pytest.raises(ConformanceError, match=r"names no inventory - give attached:inventory\.toml"):
        open_target(TargetChoice("attached", "r1", tmp_path))
    monkeypatch.setenv("WORD", "word")
    where = f"attached:{inventory_of(tmp_path, 'local://', 'local://', more=ALL)}"
    for read_only in (False, True):
        deployment = open_target(TargetChoice(where, "r1", tmp_path, read_only))
        deployment.close()
        assert (Capability.WRITE not in deployment.capabilities) is read_only


def test_a_node_that_is_away_does_not_keep_the_other_from_being_judged_nor_hide_what_the_target_lacks(tmp_path):
    away = inventory_of(tmp_path, "local://", "ssh://nobody@127.0.0.1:1")
    done = whole_run.run(f"--target=attached:{away}", "--only=CLU-01,FO-13,FO-09")
    assert done.verdict("CLU-01") == "error"
    refused = "ssh: connect to host 127.0.0.1 port 1: Connection refused"
    assert f"das2: ssh://nobody@127.0.0.1:1 cannot be reached: {refused}" in done.message("CLU-01")
    assert "2 passed" in done.output
    assert "fault, artifacts; the inventory needs allow.faults with both nodes" in done.message("FO-09")
    assert "MySQL servers of others are not broken: use --target embedded or compose" in done.message("FO-13")


def test_a_wrong_inventory_is_one_line_and_nothing_is_judged(tmp_path):
    (tmp_path / "inventory.toml").write_text('[nodes.das1]\nhots = "x"\n')
    done = whole_run.run(f"--target=attached:{tmp_path / 'inventory.toml'}", "suites/test_clustering.py")
    assert done.code == 4
    assert "[nodes.das1]: unknown key hots - use address, console_log," in done.output
    assert "Traceback" not in done.output
