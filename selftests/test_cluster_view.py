import pytest

from conformance.errors import EvidenceError
from conformance.evidence.witness import Witness
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.follower import LOG_PATH
from conformance.node.node import Node
from conformance.pair.view import ClusterView
from selftests.fake_node import FakeAccess, StillClock, file_log


@pytest.fixture
def accesses():
    return FakeAccess.good("node1"), FakeAccess.good("node2")


@pytest.fixture
def clock():
    return StillClock()


@pytest.fixture
def cluster(accesses, clock, tmp_path):
    witness = Witness.recording(tmp_path / "evidence")
    view = ClusterView(*(Node(access, witness) for access in accesses))
    for node in view.nodes:
        node.__dict__["log"] = NodeLog(node.access, witness, clock)
    return view


def role(access, name):
    access.append(file_log(f"ha|Became CEP HA {name} Member"))


@pytest.mark.parametrize(
    ("roles", "first"),
    [(("Active", "Passive"), "node1"), (("Passive", "Active"), "node2"), (("Active", "Active"), "node1")],
)
def test_the_first_of_nodes_that_were_started_here_is_the_active_one(cluster, accesses, roles, first):
    for access, name in zip(accesses, roles, strict=True):
        role(access, name)
    cluster.order_by_roles()
    assert cluster.first.name == first
    assert cluster.nodes == (cluster.first, cluster.second)
    assert {node.name for node in cluster.nodes} == {"node1", "node2"}
    assert cluster.shared_member_address == ""


def test_the_order_of_a_stored_run_is_that_of_its_roles(cluster, accesses):
    for access, name in zip(accesses, ("Passive", "Active"), strict=True):
        role(access, name)
    cluster.order_by_roles()
    stored = Witness.replaying(cluster.first.witness.observations())
    again = ClusterView(*(Node(access, stored) for access in accesses))
    again.order_by_roles()
    assert again.first.name == "node2"


def test_nodes_whose_roles_a_stored_run_or_a_log_does_not_tell_keep_their_order(accesses, cluster):
    again = ClusterView(*(Node(access, Witness.replaying([])) for access in accesses))
    again.order_by_roles()
    assert again.first.name == "node1"
    del accesses[1].files[LOG_PATH]
    cluster.order_by_roles()
    assert cluster.first.name == "node1"


def test_late_lines_are_awaited(cluster, accesses, clock):
    whole = accesses[1].files[LOG_PATH]
    accesses[1].files[LOG_PATH] = whole[: whole.index(b"Snapshot received") - 200]
    accesses[1].files[LOG_PATH] = accesses[1].files[LOG_PATH].rpartition(b"\n")[0] + b"\n"
    rest = whole.removeprefix(accesses[1].files[LOG_PATH])
    clock.plan.append((7.0, lambda: accesses[1].append(rest)))

    cluster.note_starts()
    cluster.await_late_lines()
    assert cluster.second.log.deployment_start().find("successfully synced")
    assert 7.0 <= clock.now < 7.1


def test_late_lines_that_never_come_are_left_to_the_requirements(cluster, accesses, clock):
    accesses[1].files[LOG_PATH] = file_log("core|Starting WSO2 Carbon...").encode()

    cluster.note_starts()
    cluster.await_late_lines()
    assert len(cluster.second.log.deployment_start()) == 1
    assert clock.now > 20


def test_a_file_that_is_no_text_is_an_error_with_its_name(cluster, accesses):
    accesses[0].files["bin/x.sh"] = b"one\ntwo\xff"
    with pytest.raises(EvidenceError, match=r"node1 bin/x.sh:2: is not UTF-8"):
        cluster.first.files.text("bin/x.sh")


def test_each_requirement_that_asks_cites_the_answer(cluster):
    witness = cluster.first.witness
    for requirement_id in ("CLU-01", "CLU-02"):
        with witness.under(requirement_id):
            _ = cluster.first.axis2.enabled
            cluster.second.log.deployment_start()

    assert witness.evidence_of("CLU-01") == witness.evidence_of("CLU-02") == ["o-0001", "o-0002", "o-0003"]
