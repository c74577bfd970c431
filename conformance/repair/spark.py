"""Repairs of Spark's settings (page: Required configurations, steps 4 and 6)."""

from conformance.node.home import spark_environment
from conformance.node.home.spark_defaults import MASTER, MASTER_COUNT, different
from conformance.node.home.spark_environment import LOCAL_IP
from conformance.repair.desk import Desk
from conformance.repair.remedy import Remedy, which_of_two

_MASTERS = "2"


def _master(at: Desk) -> None:
    if at.node.spark_defaults.master != "carbon":
        at.set_spark(MASTER, "carbon")


def _masters(at: Desk) -> None:
    if at.node.spark_defaults.setting(MASTER_COUNT).strip() != _MASTERS:
        at.set_spark(MASTER_COUNT, _MASTERS)


def _address(at: Desk) -> None:
    environment = at.node.spark_environment
    if spark_environment.refusal(environment, at.node.host) and (address := at.address()):
        line = f"export {LOCAL_IP}={address}"
        pattern = rf"\s*(export\s+)?{LOCAL_IP}="
        path = environment.local_ip.where.path
        at.script(path, f"write {line}", lambda file: file.replace_or_append(pattern, line))


def _link(at: Desk) -> None:
    if at.is_first:
        at.ask(
            "By which path do both hosts reach their own home? The homes differ in path, or the link leads elsewhere.",
            "make a symbolic link of one name on both hosts, and write it as carbon.das.symbolic.link on both",
        )


def _settings(at: Desk) -> None:
    if at.peer is None or not at.is_first:
        return
    nodes = at.bench.nodes
    own, peers = ((*node.host.known, str(node.access.spec.home)) for node in nodes)
    for one, other in different(nodes[0].spark_defaults, nodes[1].spark_defaults, own, peers):
        at.ask(which_of_two("setting of Spark", one, other), "write the same on both nodes")


REMEDIES = (
    Remedy("SPK-01", _master),
    Remedy("SPK-02", _masters),
    Remedy("SPK-03", _link),
    Remedy("SPK-04", _address),
    Remedy("SPK-05", _settings),
)
