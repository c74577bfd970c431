"""Breaks clustering in axis2.xml (page: Required configurations, step 2)."""

from __future__ import annotations

from conformance.node.home.axis2 import Axis2
from conformance.node.home.hazelcast_files import OVERRIDE
from sabotage.edits import attribute, child, text, without, written
from sabotage.homes import FIRST, SECOND, Homes
from sabotage.sabotage import Change, sabotage

_CLUSTERING = "//clustering[@enable]"
_PATH = Axis2.PATH


def _parameter(name: str, value: str, node: str = SECOND) -> Change:
    return text(_PATH, f"{_CLUSTERING}/parameter[@name='{name}']", value, node)


def other_domain() -> Change:
    """Put node 2 into another clustering domain."""
    return _parameter("domain", "elsewhere")


def _peers_address(homes: Homes) -> None:
    first = next(node for node in homes.spec.nodes if node.name == FIRST)
    _parameter("localMemberHost", first.address)(homes)


def _members_port(homes: Homes) -> None:
    second = next(node for node in homes.spec.nodes if node.name == SECOND)
    text(_PATH, f"//member[hostName='{second.address}']/port", "4999")(homes)


SABOTAGES = (
    sabotage(
        "clustering-disabled",
        "CLU-01",
        "axis2.xml of node 2 has clustering switched off",
        attribute(_PATH, _CLUSTERING, "enable", "false"),
    ),
    sabotage(
        "other-clustering-agent",
        "CLU-01",
        "axis2.xml of node 2 names the agent that Axis2 itself brings",
        attribute(_PATH, _CLUSTERING, "class", "org.apache.axis2.clustering.tribes.TribesClusteringAgent"),
    ),
    sabotage(
        "multicast", "CLU-02", "node 2 looks for members by multicast", _parameter("membershipScheme", "multicast")
    ),
    sabotage(
        "one-member-only",
        "CLU-03",
        "node 2 lists itself only",
        without(_PATH, "(//member)[1]"),
        follows="LOG-03",
    ),
    sabotage(
        "third-member",
        "CLU-03",
        "node 2 lists a member that node 1 does not know",
        child(_PATH, "//members", "<member><hostName>198.51.100.99</hostName><port>4000</port></member>"),
        follows="LOG-03",
    ),
    sabotage(
        "no-member",
        "CLU-03",
        "node 1 lists nobody",
        without(_PATH, "//member", FIRST),
        follows="CLU-04 CLU-05 LOG-03",
    ),
    sabotage(
        "local-member-is-the-peer",
        "CLU-04",
        "node 2 gives node 1's address as its own member's, as after copying the file",
        _peers_address,
        follows="CLU-05",
    ),
    sabotage(
        "local-member-is-loopback",
        "CLU-04",
        "node 2 gives 127.0.0.1 as its own member's address",
        _parameter("localMemberHost", "127.0.0.1"),
    ),
    sabotage(
        "local-member-is-a-wildcard",
        "CLU-04",
        "node 1 gives 0.0.0.0 as its own member's address",
        _parameter("localMemberHost", "0.0.0.0", FIRST),
    ),
    sabotage(
        "other-member-port",
        "CLU-05",
        "node 2 binds another port than the one under which it is listed",
        _parameter("localMemberPort", "4999"),
        follows="LOG-04 LOG-05",
    ),
    sabotage(
        "member-port-is-no-number",
        "CLU-05",
        "node 1's port is still the page's placeholder",
        _parameter("localMemberPort", "[node port]", FIRST),
        follows="LOG-04",
    ),
    sabotage(
        "listed-under-another-port",
        "CLU-05",
        "node 2's own list gives another port for node 2",
        _members_port,
        follows="CLU-03 LOG-03",
    ),
    sabotage(
        "hazelcast-xml-with-another-port",
        "LOG-04 OPS-03",
        "node 2 has a hazelcast.xml, which replaces its clustering section and names another port",
        written(OVERRIDE, b"<hazelcast><network><port>5701</port></network></hazelcast>"),
        follows="LOG-05",
        opens="CLU-02 CLU-03 CLU-04 CLU-05 CLU-06 LOG-03",
    ),
    sabotage("other-domain", "CLU-06", "node 2 is in another clustering domain", other_domain()),
    sabotage(
        "initiation-not-avoided",
        "CLU-07",
        "Axis2 of node 2 starts clustering by itself, before Carbon does",
        _parameter("AvoidInitiation", "false"),
    ),
)
