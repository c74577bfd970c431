"""Breaks event-processor.xml (page: Required configurations, step 3)."""

from conformance.node.home.axis2 import Axis2
from conformance.node.home.event_processor import EventProcessor
from sabotage.edits import attribute, child, on_both, text, without
from sabotage.homes import FIRST, NODES, SECOND, Homes, address
from sabotage.sabotage import Change, Sabotage, Table, every, variant, wrong
from sabotage.variants import elements, texts

_PATH = EventProcessor.PATH
_HA = "//mode[@name='HA']"
#: Hosts that no peer can reach, by their part of a sabotage's name.
_NOBODYS = {"localhost": "localhost", "loopback": "127.0.0.1", "loopback-6": "::1", "wildcard": "0.0.0.0", "empty": ""}


def _host(part: str, value: str, node: str = SECOND) -> Change:
    return text(_PATH, f"{_HA}/{part}/hostName", value, node)


def sync_on_wildcard() -> Change:
    """Put node 2's event sync on every address, which no peer can reach."""
    return _host("eventSync", _NOBODYS["wildcard"])


def _at_node_1(part: str, host: str, node: str) -> Change:
    """Write node 1's address into the pattern `host`."""
    return lambda homes: _host(part, host.format(address(homes, FIRST)), node)(homes)


def _presenter(node: str) -> Change:
    return attribute(_PATH, f"{_HA}/nodeType/presenter", "enable", "true", node)


def _on_one_host(homes: Homes) -> None:
    """State that the nodes share a host: their files may then name two addresses of it."""
    homes.single_host = True


def _on_the_first_nodes_host(homes: Homes) -> None:
    """Put node 2 on node 1's host without stating it."""
    first, second = (address(homes, node) for node in NODES)
    member = "//clustering[@enable]/parameter[@name='{}']"
    listed = on_both(_relisted, second, first)
    every(
        listed,
        text(Axis2.PATH, member.format("localMemberHost"), first),
        text(Axis2.PATH, member.format("localMemberPort"), "4001"),
        *(_host(part, first) for part in ("eventSync", "management", "presentation")),
        text(_PATH, f"{_HA}/eventSync/port", "11225"),
        text(_PATH, f"{_HA}/management/port", "10006"),
    )(homes)
    for node in NODES:
        homes.state(node, address=first, other_names=(), stated=False)


def _relisted(second: str, first: str, node: str) -> Change:
    """List the member at `second` at `first`, with node 2's new port."""
    return every(
        text(Axis2.PATH, f"//member[hostName='{second}']/port", "4001", node),
        text(Axis2.PATH, f"//member[hostName='{second}']/hostName", first, node),
    )


def _hosts_of(part: str, follows: str) -> dict[str, Sabotage[Homes]]:
    """Return sabotages for each value that a requirement names; the log shows where node 1 really connected."""
    said = f"the {part} of node 2 is on"
    found = {
        f"{part}-on-{whose}": wrong(
            f"{said} {host or 'no host'}",
            _host(part, host),
            follows=follows,
            says=rf"node2 .*event-processor\.xml:\d+ .*{part}/hostName: found {host!r}",
        )
        for whose, host in _NOBODYS.items()
    }
    return found | {
        f"{part}-on-the-peer": wrong(
            f"{said} node 1's address",
            _at_node_1(part, "{}", SECOND),
            follows=follows,
            says=r"node2 .*xml:\d+ .*: found '",
        ),
        f"{part}-after-a-blank": wrong(
            f"the {part} of node 1 is on its address after a blank", _at_node_1(part, " {}", FIRST)
        ),
        f"{part}-of-both-on-one-address": wrong(
            f"the {part} of both nodes is on one name and port, as behind a load balancer",
            on_both(_host, part, "das.invalid"),
            follows=follows,
        ),
    }


SABOTAGES: Table[Homes] = {
    "EP-01": {
        "single-node-first": wrong(
            "node 2's file has mode SingleNode enabled above HA",
            child(_PATH, "/*", '<mode name="SingleNode" enable="true"/>', first=True),
            follows="EP-02",
        ),
        "ha-disabled": wrong("node 2 has HA switched off", attribute(_PATH, _HA, "enable", "false")),
        "no-worker": wrong(
            "node 1 is no worker, so it takes no role",
            attribute(_PATH, f"{_HA}/nodeType/worker", "enable", "false", FIRST),
        ),
    },
    "EP-02": {
        "distributed-enabled": wrong(
            "node 2 has mode Distributed enabled too, below HA",
            attribute(_PATH, "//mode[@name='Distributed']", "enable", "true"),
        )
    },
    "EP-03": _hosts_of("eventSync", "LOG-06"),
    "EP-04": {
        **_hosts_of("management", ""),
        "one-port-for-sync-and-management": wrong(
            "node 2's management takes the port of its event sync",
            text(_PATH, f"{_HA}/management/port", "11224"),
            says=r"node2 .*management/port: found 11224, expected another port than that of event sync",
        ),
    },
    "EP-11": _hosts_of("presentation", ""),
    "EP-05": {
        "two-presenters": wrong("both nodes are presenters", on_both(_presenter), opens="EP-11"),
        "declared-presenter-is-none": wrong(
            "node 2 is declared presenter, and its file says that it is not",
            # Whatever its file says.
            lambda homes: homes.state(SECOND, presenter=True),
        ),
        "presenter-on-a-wildcard": wrong(
            "node 2 is presenter on 0.0.0.0", every(_presenter(SECOND), _host("presentation", "0.0.0.0"))
        ),
        "presenter-on-an-address-of-both": wrong(
            "node 2 is presenter on a name and port that both nodes give",
            every(_presenter(SECOND), on_both(_host, "presentation", "das.invalid")),
        ),
    },
    "EP-06": {
        "no-queue-size": wrong(
            "node 2's event sync lacks a queue size", without(_PATH, f"{_HA}/eventSync/receiverQueueSize")
        ),
        "interval-is-no-number": wrong(
            "node 1's interval has a unit", text(_PATH, f"{_HA}/checkMemberUpdateInterval", "10s", FIRST)
        ),
        "buffer-is-no-power-of-two": wrong(
            "node 2's publisher has a buffer of 1000", text(_PATH, f"{_HA}/eventSync/publisherBufferSize", "1000")
        ),
    },
    "EP-07": {
        "persistence-on-one-node": wrong(
            "only node 1 keeps state", attribute(_PATH, f"{_HA}/persistence", "enable", "false")
        ),
        "persistence-not-stated": wrong("node 2 says nothing", without(_PATH, f"{_HA}/persistence")),
        "persistence-without-interval": wrong(
            "neither node gives an interval", on_both(without, _PATH, f"{_HA}/persistence/persistenceIntervalInMinutes")
        ),
    },
    "EP-09": {
        "same-ports-on-one-host": wrong("the nodes share a host and have all ports in common", _on_one_host),
        "one-host-with-one-offset": wrong(
            "both nodes give node 1's address with other ports for their peer, and have all other ports in common",
            _on_the_first_nodes_host,
            follows="EP-11 LOG-03 LOG-04 LOG-05 LOG-06",
            opens="SPK-04",
        ),
    },
}

_STORE = "org.wso2.carbon.event.processor.core.internal.persistence.DBPersistenceStore"
_GIVEN = "expected it to be given"
#: Further forms of faults.
VARIANTS = (
    *texts(
        _PATH,
        (
            ("EP-01", '"HA" enable="true"', '"HA" enable="true "', "expected 'HA'"),
            ("EP-01", '"SingleNode" enable="false"', '"SingleNode"', "SingleNode'.*@enable.*the product refuses"),
            ("EP-01", 'name="SingleNode" enable', "enable", "@name.*the product refuses"),
            ("EP-06", 'presenter enable="false"', 'presenter enable="no"', "'true' or 'false'"),
            ("EP-06", '<presenter enable="false"/>', "", "presenter/@enable"),
            ("EP-07", 'persistence enable="true"', "persistence", "@enable.* found nothing"),
        ),
    ),
    *elements(
        _PATH,
        (
            ("EP-03 LOG-06", "/eventSync/hostName", " 198.51.100.12 ", "found ' 198.51.100.12 '"),
            ("EP-04", "/management/hostName", " 198.51.100.12 ", "found ' 198.51.100.12 '"),
            ("EP-06", "/management/tryStateChangeInterval", "", "tryStateChangeInterval: found ''"),
            ("EP-06", "/management/stateSyncRetryInterval", "10 s", "found '10 s'"),
            ("EP-06", "/eventSync/receiverQueueSize", " 1000000", "without blanks"),
            ("EP-06", "/eventSync/receiverQueueMaxSizeMb", "0", "above 0"),
            ("EP-06", "/eventSync/publisherQueueSize", "99999999999", "whole number"),
            ("EP-06", "/eventSync/publisherCharSet", " ", "character set"),
            ("EP-06", "/eventSync/publisherTcpSendBufferSize", "5 MB", "whole number"),
            ("EP-06", "/eventSync/port", " 11224 ", "expected a port, without blanks"),
            ("EP-06", "/management/port", "70000", "expected a port"),
            ("EP-06", "/eventSync/port", "${es.port}", r"a \$\{..\} is not replaced by the product here"),
            ("EP-07", "/persistence/persistenceIntervalInMinutes", "5", "found '5', expected that of node1 .*: '15'"),
            ("EP-07", "/persistence/persistenceIntervalInMinutes", " 15", "without blanks"),
            ("EP-07", "/persistence/persisterSchedulerPoolSize", "", "PoolSize: found ''"),
            ("EP-07", "/persistence/persister/property", "", f"persistenceLocation.*{_GIVEN}"),
        ),
        below=_HA,
    ),
    variant(
        "EP-07", "node 2 keeps state in no database", attribute(_PATH, f"{_HA}//persister", "class", _STORE), _GIVEN
    ),
    *(
        variant("EP-06", f"node 2 lacks {element}", without(_PATH, f"{_HA}/{element}"), f"{element}.*found nothing")
        for element in ("checkMemberUpdateInterval", "eventSync/publisherQueueMaxSizeMb")
    ),
)
