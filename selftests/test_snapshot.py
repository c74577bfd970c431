"""Homes that were handed in: how they are found, what is known of their nodes, and what is not."""

import hashlib
import shutil
from contextlib import nullcontext
from pathlib import Path

import pytest

from conformance.archive import file_tree
from conformance.deployment.interface import Capability, NotCollected
from conformance.errors import ConformanceError, EvidenceError
from conformance.evidence.bundle import open_bundle
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed
from conformance.node.log import parts as log_parts
from conformance.node.log.carbon_log import NodeLog
from conformance.targets.snapshot.deployment import SnapshotDeployment
from conformance.waiting import SYSTEM
from selftests import two_homes
from selftests.fake_node import axis2_xml, carbon_xml, file_line
from selftests.home_paths import AXIS2, CARBON, CATALINA, EVENT_PROCESSOR, LOG, SPARK

OWN = {"node1": "198.51.100.11", "node2": "198.51.100.12"}


def addresses(snapshot):
    return {node.name: node.spec.address for node in snapshot.nodes}


@pytest.mark.parametrize("deeper", ["", "wso2das-3.1.0", "das home"])
def test_homes_are_found_in_their_nodes_folders_or_one_level_deeper(tmp_path, deeper):
    snapshot = SnapshotDeployment(two_homes.write(tmp_path, deeper=deeper))
    assert addresses(snapshot) == OWN
    assert snapshot.nodes[1].read(AXIS2) == axis2_xml("node2").encode()
    digests = {Path(AXIS2).name: hashlib.sha256(axis2_xml("node2").encode()).hexdigest()}
    assert snapshot.nodes[1].digests(str(Path(AXIS2).parent)) == digests


@pytest.mark.parametrize(("places", "named"), [
    (("a/b/das1", "a/b/das2"), ("das1", "das2")),
    (("das1/opt/wso2/das", "das2/opt/wso2/das"), ("das1", "das2")),
    (("a/b/das1/opt/das", "a/b/das2/home/das"), ("das1", "das2")),
    (("a/das1", "a/das2"), ("das1", "das2")),
    (("a/b/x/das1", "a/b/x/das2/wso2das"), ("das1", "das2")),
    (("das1", "das2/opt/wso2/das"), ("das1", "das2")),
    (("das1/opt/wso2/das", "das2/wso2das"), ("das1", "das2")),
])  # fmt: skip
@pytest.mark.parametrize("kind", ["", "zip", "gztar", "xztar"])
def test_homes_are_found_with_other_folders_around_and_beside_them(tmp_path, kind, places, named):
    two_homes.write(tmp_path / "made")
    for name, place in zip(OWN, places, strict=True):
        shutil.copytree(tmp_path / "made" / name, tmp_path / "in" / place)
    two_homes.put(tmp_path / "in", "pictures/a.png", "x")
    two_homes.put(tmp_path / "in", "__MACOSX/das1/repository/conf/._carbon.xml", "x")
    given = Path(shutil.make_archive(str(tmp_path / "homes"), kind, tmp_path / "in")) if kind else tmp_path / "in"
    assert addresses(SnapshotDeployment(given)) == dict(zip(named, OWN.values(), strict=True))


def test_a_home_that_a_link_names_too_is_one(tmp_path):
    two_homes.write(tmp_path, deeper="wso2das-3.1.0")
    for name in OWN:
        (tmp_path / name / "current").symlink_to("wso2das-3.1.0")
    packed = Path(shutil.make_archive(str(tmp_path / "homes"), "gztar", tmp_path))
    for given in (tmp_path, packed):
        assert addresses(SnapshotDeployment(given)) == OWN


@pytest.mark.parametrize(("gone", "packed", "expected"), [
    (OWN, ("node1.zip", "node2.txz"), r"no DAS home in it .*; unpack node1.zip, node2.txz: archives in it"),
    (["node2"], ("b.7z", "c.rar", "d.zst"), r"one DAS home only \(node1; .*; unpack b.7z, c.rar, d.zst: archives"),
])  # fmt: skip
def test_archives_beside_each_other_are_not_looked_into_and_named(tmp_path, gone, packed, expected):
    two_homes.write(tmp_path)
    for name in gone:
        shutil.rmtree(tmp_path / name)
    for name in packed:
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(ConformanceError, match=expected):
        SnapshotDeployment(tmp_path)


@pytest.mark.parametrize("kind", ["zip", "gztar"])
def test_an_archive_with_a_folder_around_both_is_read(tmp_path, kind):
    two_homes.write(tmp_path / "in" / "around", logs=True)
    (tmp_path / "in" / "around" / "topology.toml").write_text('start_order = ["node2", "node1"]')
    archive = shutil.make_archive(str(tmp_path / "both homes"), kind, tmp_path / "in")
    snapshot = SnapshotDeployment(Path(archive))
    assert [node.name for node in snapshot.nodes] == ["node2", "node1"]
    assert Capability.LOG in snapshot.capabilities
    assert snapshot.nodes[1].listing("repository/conf") == ["axis2", "carbon.xml", "event-processor.xml"]


def test_a_snapshot_offers_files_and_logs_where_logs_are_and_nothing_else(tmp_path):
    folder = two_homes.write(tmp_path / "a")
    for name in ("wso2carbon-trace-messages.log", "audit.log"):
        two_homes.put(folder / "node1", f"repository/logs/{name}", "one\n")
    assert SnapshotDeployment(folder).capabilities == (Capability.FILES,)
    logged = SnapshotDeployment(two_homes.write(tmp_path / "b", logs=True))
    assert logged.capabilities == (Capability.FILES, Capability.LOG)
    with pytest.raises(EvidenceError, match="does not run"):
        logged.nodes[0].kill()
    with pytest.raises(EvidenceError, match="no MySQL server"):
        _ = logged.database


def test_a_log_under_another_name_is_asked_for_by_its_own(tmp_path):
    folder = two_homes.write(tmp_path, logs=True)
    for name in ("node1", "node2"):
        log = folder / name / LOG
        log.rename(log.with_name(f"WSO2Carbon-{name}.log"))
    snapshot = SnapshotDeployment(folder)

    assert Capability.LOG in snapshot.capabilities
    beside = "; beside it lie WSO2Carbon-node1.log - name the node's log wso2carbon.log, unpacked"
    with pytest.raises(EvidenceError, match=beside):
        NodeLog(snapshot.nodes[0], Witness(None, None, SYSTEM)).deployment_start()


def test_one_home_alone_is_judged_only_when_asked_for(tmp_path):
    two_homes.write(tmp_path)
    alone = SnapshotDeployment(tmp_path / "node2", 1)
    assert addresses(alone) == {"node2": OWN["node2"]}
    assert (alone.nodes[0].read_from(CARBON, 0, 0), alone.nodes[0].read_from(CARBON, 1, 3)) == (b"", b"Ser")
    shutil.copytree(tmp_path / "node2", tmp_path / "one/around/das7/wso2das")
    assert addresses(SnapshotDeployment(tmp_path / "one", 1)) == {"das7": OWN["node2"]}
    (tmp_path / "one/around").rename(tmp_path / "one/deep")
    shutil.move(tmp_path / "one/deep", tmp_path / "one/a/b/c")
    assert addresses(SnapshotDeployment(tmp_path / "one", 1)) == {"a": OWN["node2"]}
    shutil.rmtree(tmp_path / "one")
    with pytest.raises(ConformanceError, match=r"one DAS home only \(node2; .*\) - .*--nodes 1"):
        SnapshotDeployment(tmp_path / "node2")
    with pytest.raises(ConformanceError, match=r"2 DAS homes \(node1, node2\), expected 1"):
        SnapshotDeployment(tmp_path, 1)


@pytest.mark.parametrize(("make", "expected"), [
    (lambda folder: None, "no such folder or archive"),
    (lambda folder: folder.mkdir(), "no DAS home in it"),
    (lambda folder: folder.write_text("x"), "neither a folder nor one of .zip"),
    (lambda folder: (two_homes.write(folder) / "topology.toml").mkdir(),
     r"snapshot/topology.toml: cannot be read \(is no regular file\)"),
])  # fmt: skip
def test_what_is_no_snapshot_is_one_line(tmp_path, make, expected):
    make(tmp_path / "snapshot")
    with pytest.raises(ConformanceError, match=expected):
        SnapshotDeployment(tmp_path / "snapshot")


@pytest.mark.parametrize("opened", [SnapshotDeployment, open_bundle])
def test_a_name_that_no_file_can_have_is_one_line(tmp_path, opened):
    with pytest.raises(ConformanceError, match=r"cannot be read \(File name too long\) - give"):
        opened(tmp_path / ("x" * 300))


@pytest.mark.parametrize("kind", ["zip", "tar", "gztar", "xztar"])
def test_an_archive_is_known_without_an_ending(tmp_path, kind):
    two_homes.write(tmp_path / "pair")
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), kind, tmp_path / "pair"))
    assert addresses(SnapshotDeployment(packed.rename(tmp_path / "saved"))) == OWN


def test_one_home_for_two_nodes_is_refused(tmp_path):
    two_homes.write(tmp_path)
    (tmp_path / "topology.toml").write_text('[nodes.a]\nfolder = "node1"\n[nodes.b]\nfolder = "node1"\n')
    with pytest.raises(ConformanceError, match=r"a and b have one home, node1 - put each node's home"):
        SnapshotDeployment(tmp_path)


def test_three_homes_are_too_many_unless_two_are_named(tmp_path):
    two_homes.write(tmp_path)
    shutil.copytree(tmp_path / "node1", tmp_path / "spare")
    with pytest.raises(ConformanceError, match=r"3 DAS homes .*name two in topology\.toml"):
        SnapshotDeployment(tmp_path)
    (tmp_path / "topology.toml").write_text('[nodes.b]\nfolder = "spare"\n[nodes.a]\nfolder = "node2"\n')
    assert addresses(SnapshotDeployment(tmp_path)) == {"a": OWN["node2"], "b": OWN["node1"]}


def test_a_topology_that_names_no_home_is_one_line(tmp_path):
    (two_homes.write(tmp_path, deeper="opt/das") / "topology.toml").write_text("[nodes.node1]\n[nodes.node2]\n")
    assert addresses(SnapshotDeployment(tmp_path)) == OWN
    (tmp_path / "topology.toml").write_text("[nodes.node1]\n[nodes.node3]\n")
    for beside in ("", "x", "y"):
        if beside:
            shutil.copytree(tmp_path / "node1/opt/das", tmp_path / "node3" / beside)
        problem = pytest.raises(ConformanceError, match=r"topology\.toml: no DAS home in folder 'node3'")
        with nullcontext() if beside == "x" else problem:
            SnapshotDeployment(tmp_path)


def test_the_topology_states_addresses_host_and_order(tmp_path):
    (two_homes.write(tmp_path) / "topology.toml").write_text(
        'single_host = true\npresenter = "node2"\n'
        'start_order = ["node2", "node1"]\n[nodes.node1]\naddresses = ["das1", "198.51.100.11"]\n'
        '[nodes.node2]\nhome = "/opt/das"\n'
    )
    snapshot = SnapshotDeployment(tmp_path)
    assert (snapshot.single_host, snapshot.spec.ordered) == (True, True)
    second, first = snapshot.spec.nodes
    assert (first.presenter, second.presenter) == (False, True)
    assert (first.address, first.other_names, first.stated) == ("das1", ("198.51.100.11",), True)
    assert (second.address, second.stated, str(second.home)) == (OWN["node2"], False, "/opt/das")
    assert snapshot.nodes[0].read(f"/opt/das/{CARBON}") == carbon_xml().encode()
    with pytest.raises(NotCollected):
        snapshot.nodes[0].read("/etc/hostname")
    assert "node1 has das1, 198.51.100.11" in snapshot.identity()["topology"]


@pytest.mark.parametrize("path", [AXIS2, CARBON, EVENT_PROCESSOR, LOG])
@pytest.mark.parametrize("target", ["/etc/hostname", "../../../../../secret", "."])
def test_a_link_that_leads_out_leaves_the_rest_to_be_judged(tmp_path, path, target):
    link = two_homes.write(tmp_path, logs=True) / "node1" / path
    link.unlink()
    link.symlink_to(target)
    assert [node.name for node in SnapshotDeployment(tmp_path).nodes] == ["node1", "node2"]


@pytest.mark.parametrize(("path", "text", "place"), [
    ("node1/das.service", "[Service]\nEnvironment=JAVA_OPTS=-DportOffset=3", "das.service:2"),
    ("node1/etc/default/das", "JAVA_OPTS='-Da=b -DportOffset=3'", "etc/default/das:1"),
    ("node1/opt/das/docker.env", "PASSWORD=x\nJAVA_OPTS=-DportOffset=3", "opt/das/docker.env:2"),
    ("node1/etc/systemd/system/das.service", "ExecStart=x -DportOffset=3", "etc/systemd/system/das.service:1"),
    ("node1/etc/sysconfig/das", "A=-DportOffset=3\n; -DportOffset=1", "etc/sysconfig/das:1"),
    *((f"node1/{name}", "A=-DportOffset=3", f"{name}:1") for name in (".env", "a.yaml", "Das.Conf", "a.containerfile")),
    ("node1/Dockerfile", 'CMD ["sh", "bin/wso2server.sh", "-DportOffset=3"]', "Dockerfile:1"),
    ("docker-compose.yml", "services:\n  das1:\n    command: [-DportOffset=3]", "docker-compose.yml:3"),
    ("node1/das.service", "# Environment=JAVA_OPTS=-DportOffset=3\nEnvironment=JAVA_OPTS=-DportOffset=0", None),
    ("node1/notes.txt", "-DportOffset=3", None),
    ("node2/das.service", "Environment=JAVA_OPTS=-DportOffset=3", None),
])  # fmt: skip
@pytest.mark.parametrize("packed", [False, True])
def test_an_offset_in_a_file_beside_the_home_leaves_it_open(tmp_path, path, text, place, packed):
    two_homes.put(two_homes.write(tmp_path / "homes", deeper="opt/das"), path, text)
    shutil.make_archive(str(tmp_path / "homes"), "tar", tmp_path / "homes")
    handed_in = tmp_path / ("homes.tar" if packed else "homes")
    with pytest.raises(NotAssessed, match=f"node1 .*{place} -DportOffset=3: ") if place else nullcontext():
        assert two_homes.cluster(handed_in).first.carbon_xml.offset == 0


def test_a_missing_file_was_not_collected(tmp_path):
    node = SnapshotDeployment(two_homes.write(tmp_path)).nodes[0]
    for ask in (node.read, node.size, node.listing, node.digests, node.real_path):
        with pytest.raises(NotCollected):
            ask("repository/components/lib")
    with pytest.raises(NotCollected):
        node.read("/etc/hostname")


def test_the_nodes_are_what_their_files_claim(tmp_path):
    two_homes.write(tmp_path)
    two_homes.put(tmp_path / "node2", CARBON, carbon_xml("<Offset>2</Offset>"))
    two_homes.put(tmp_path / "node2", AXIS2, axis2_xml("node2", port="4002"))
    two_homes.put(tmp_path / "node2", "repository/conf/analytics/my-node-id.dat", " id-2\n")
    connectors = '<Connector port="9764"/><Connector scheme="https" port="9444"/>'
    two_homes.put(tmp_path / "node2", CATALINA, f"<Server><Service>{connectors}</Service></Server>")
    two_homes.put(tmp_path / "node2", SPARK, "spark.master.webui.port 18081\n")
    spec = SnapshotDeployment(tmp_path).spec
    ports = [(one.http, one.https, one.spark_master_ui, one.spark_worker_ui) for one in spec.nodes]
    assert ports == [(9763, 9443, 8081, 11500), (9766, 9446, 18083, 11502)]
    assert (spec.nodes[1].offset, spec.nodes[1].hazelcast_port, spec.nodes[1].node_id) == (2, 4002, "id-2")
    assert (spec.domain, spec.ordered, spec.nodes[0].stated) == ("wso2.carbon.domain", False, False)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "[IP]", "", OWN["node1"]])
def test_a_host_that_cannot_be_the_nodes_own_does_not_become_its_address(tmp_path, host):
    two_homes.write(tmp_path)
    two_homes.put(tmp_path / "node2", AXIS2, axis2_xml("node2", host=host))
    assert addresses(SnapshotDeployment(tmp_path)) == OWN


def test_a_peers_name_without_its_domain_does_not_become_a_nodes_own(tmp_path):
    two_homes.changed(two_homes.write(tmp_path), {OWN["node1"]: "das1.example", OWN["node2"]: "das2.example"})
    two_homes.changed(tmp_path, {"<hostName>das1.example": "<hostName>das2"}, "node1")
    first = SnapshotDeployment(tmp_path).spec.nodes[0]
    assert (first.address, first.other_names) == ("das1.example", ())


@pytest.mark.parametrize("content", ["<broken", "", "\x00\x01", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_files_that_cannot_be_read_claim_nothing(tmp_path, content):
    two_homes.write(tmp_path)
    for path in (AXIS2, EVENT_PROCESSOR, CARBON):
        two_homes.put(tmp_path / "node2", path, content)
    snapshot = SnapshotDeployment(tmp_path)
    assert addresses(snapshot) == {"node1": OWN["node1"], "node2": ""}
    assert SnapshotDeployment(tmp_path / "node2", 1).identity()["product"].startswith("unknown")


@pytest.mark.parametrize("packed", ["", "zip", "gztar"])
def test_a_log_that_is_larger_than_other_files_may_be_is_read_from_its_start_on(tmp_path, monkeypatch, packed):
    homes = two_homes.write(tmp_path / "in", logs=True)
    log = homes / "node1" / LOG
    monkeypatch.setattr(log_parts, "LIMIT", log.stat().st_size)
    monkeypatch.setattr(file_tree, "LARGEST", log.stat().st_size)
    log.write_text(file_line("ha|earlier") + "\n" + log.read_text())
    given = Path(shutil.make_archive(str(tmp_path / "homes"), packed, homes)) if packed else homes
    node = SnapshotDeployment(given).nodes[0]
    assert [start.events[0].line for start in NodeLog(node, Witness(None, None, SYSTEM)).starts()] == [2]
