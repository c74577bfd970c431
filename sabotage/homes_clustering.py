"""Breaks clustering in axis2.xml (page: Required configurations, step 2)."""

from conformance.node.home.axis2 import HAZELCAST_AGENT, Axis2
from conformance.node.home.hazelcast_files import OVERRIDE
from sabotage.edits import attribute, child, replaced, text, without, written
from sabotage.homes import FIRST, SECOND, Homes, address
from sabotage.sabotage import Change, Table, variant, wrong
from sabotage.variants import elements

_CLUSTERING = "//clustering[@enable]"
_PATH = Axis2.PATH


def _parameter(name: str, value: str, node: str = SECOND) -> Change:
    return text(_PATH, f"{_CLUSTERING}/parameter[@name='{name}']", value, node)


def other_domain() -> Change:
    """Put node 2 into another clustering domain."""
    return _parameter("domain", "elsewhere")


def _peers_address(homes: Homes) -> None:
    _parameter("localMemberHost", address(homes, FIRST))(homes)


SABOTAGES: Table[Homes] = {
    "CLU-01": {
        "clustering-disabled": wrong(
            "axis2.xml of node 2 has clustering switched off",
            attribute(_PATH, _CLUSTERING, "enable", "false"),
            says=r"node2 .*axis2.xml:\d+ .*@enable: found 'false', expected 'true'",
        ),
        "other-clustering-agent": wrong(
            "axis2.xml of node 2 names the agent that Axis2 itself brings",
            attribute(_PATH, _CLUSTERING, "class", "org.apache.axis2.clustering.tribes.TribesClusteringAgent"),
        ),
    },
    "CLU-02": {
        "multicast": wrong(
            "node 2 looks for members by multicast",
            _parameter("membershipScheme", "multicast"),
            says="axis2.xml:.*: found 'multicast', expected 'wka'",
        )
    },
    "CLU-03": {
        "one-member-only": wrong(
            "node 2 lists itself only",
            without(_PATH, "(//member)[1]"),
            follows="LOG-03",
            says=r"node2 .*axis2.xml:\d+ .*found \S+:4000, expected a member for node1",
        ),
        "third-member": wrong(
            "node 2 lists a member that node 1 does not know",
            child(_PATH, "//members", "<member><hostName>198.51.100.99</hostName><port>4000</port></member>"),
            follows="LOG-03",
        ),
        "no-member": wrong(
            "node 1 lists no one",
            without(_PATH, "//member", FIRST),
            follows="CLU-04 CLU-05 LOG-03",
            says="found no member",
        ),
    },
    "CLU-04": {
        "local-member-is-the-peer": wrong(
            "node 2 gives node 1's address as its own member's, as after copying the file",
            _peers_address,
            follows="CLU-05",
            says=r"axis2.xml:\d+ .*: found '\S+', .*that of node1",
        ),
        "local-member-is-loopback": wrong(
            "node 2 gives 127.0.0.1 as its own member's address",
            _parameter("localMemberHost", "127.0.0.1"),
            says=r"found '127\.0\.0\.1'",
        ),
        "local-member-is-a-wildcard": wrong(
            "node 1 gives 0.0.0.0 as its own member's address",
            _parameter("localMemberHost", "0.0.0.0", FIRST),
            says=r"found '0\.0\.0\.0'",
        ),
    },
    "CLU-05": {
        "other-member-port": wrong(
            "node 2 binds another port than the one under which it is listed",
            _parameter("localMemberPort", "4999"),
            follows="LOG-04 LOG-05",
            says=r"axis2.xml:\d+ .*found 4999, expected 4000\n.*4000 stands at .*axis2.xml:\d+",
        ),
        "member-port-is-no-number": wrong(
            "node 1's port is still the page's placeholder",
            _parameter("localMemberPort", "[node port]", FIRST),
            follows="LOG-04",
            says="expected a whole number",
        ),
        "listed-under-another-port": wrong(
            "node 2's own list gives another port for node 2",
            lambda homes: text(_PATH, f"//member[hostName='{address(homes, SECOND)}']/port", "4999")(homes),
            follows="CLU-03 LOG-03",
        ),
    },
    "LOG-04 OPS-03": {
        "hazelcast-xml-with-another-port": wrong(
            "node 2 has a hazelcast.xml, which replaces its clustering section and names another port",
            written(OVERRIDE, b"<hazelcast><network><port>5701</port></network></hazelcast>"),
            follows="LOG-05",
            opens="CLU-02 CLU-03 CLU-04 CLU-05 CLU-06 LOG-03",
        )
    },
    "CLU-06": {
        "other-group-password": wrong(
            "node 2's group has a password of its own",
            child(_PATH, _CLUSTERING, '<parameter name="groupPassword">elsewhere</parameter>'),
            says=r"groupPassword'\]: found",
        ),
        "other-domain": wrong(
            "node 2 is in another clustering domain",
            other_domain(),
            says=r"node2 .*found 'elsewhere', expected the same on both nodes\n.*at node1",
        ),
    },
    "CLU-07": {
        "initiation-not-avoided": wrong(
            "Axis2 of node 2 starts clustering by itself, before Carbon does",
            _parameter("AvoidInitiation", "false"),
            says=r"axis2.xml:\d+ .*found 'false', expected 'true'",
        )
    },
}

_LOOKED_UP = "which the product replaces as it starts"


def _listed(first: str, second: str) -> Change:
    rows = (pair.split("|") for pair in (first, second))
    members = "".join(f"<member><hostName>{host}</hostName><port>{port}</port></member>" for host, port in rows)
    return replaced(_PATH, r"<members>(?s:.*)</members>", f"<members>{members}</members>")


def _alone_on_loopback(homes: Homes) -> None:
    homes.single_host = True
    _parameter("localMemberHost", "127.0.0.22")(homes)


#: Further forms of faults, and accepted forms.
VARIANTS = (
    *elements(
        _PATH,
        (
            (
                "CLU-05 LOG-04 LOG-05",
                "[@name='localMemberPort']",
                "${hz.port}",
                r"found '\$\{hz.port\}', which is not replaced",
            ),
            (
                "CLU-04",
                "[@name='localMemberHost']",
                "${local.ip}",
                r"found '\$\{local.ip\}', .*not replaced by the product",
            ),
        ),
        below=f"{_CLUSTERING}/parameter",
    ),
    variant(
        "CLU-05 CLU-04",
        "both members are on one host and port: both places are named",
        _peers_address,
        r"node2 .*axis2.xml:\d+ .*localMemberHost'\]: found '([\d.]+)', .*4000, expected .* than node1 .*axis2.xml:\d+ "
        r".*localMemberHost'\]: '\1', .*4000",
    ),
    variant(
        "CLU-01", "a blank follows the agent", attribute(_PATH, _CLUSTERING, "class", f"{HAZELCAST_AGENT} "), "Agent '"
    ),
    variant("", "a port has a sign", _parameter("localMemberPort", "+4000")),
    variant("CLU-04 EP-09", "a loopback address may be right on one host", _alone_on_loopback, r"\A(?!.*loopback)"),
    *(
        variant(ids, f"node 2 lists {one} and {other}", _listed(one, other), says)
        for ids, one, other, says in (
            ("?CLU-03 ?CLU-05 ?LOG-03", "198.51.100.11|4000", "198.51.100.12|${hz.port}", _LOOKED_UP),
            ("?CLU-03 ?LOG-03", "${node1.host}|4000", "198.51.100.12|4000", _LOOKED_UP),
            ("?CLU-03 ?CLU-04 ?LOG-03", "198.51.100.11|4000", "${node2.host}|4000", _LOOKED_UP),
            ("CLU-03 LOG-03 ?CLU-04", "${node1.host}|4000", "${node1.host}|4000", "expected a member for.*expected"),
            ("CLU-03 LOG-03", "198.51.100.11|4000", "2001:db8::12|4000", r"expected '\[2001:db8::12\]'"),
        )
    ),
)
