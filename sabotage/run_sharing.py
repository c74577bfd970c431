"""Changes a stored run's answers about cluster and shared stores (page: steps 1.3, 1.4, 2, 3.3), and beyond."""

from sabotage.homes import FIRST, SECOND
from sabotage.sabotage import Table, wrong
from sabotage.stored_run import StoredRun
from sabotage.tamper import Tampering, edited, replaced

_USER, _RESOURCE = "^a user made on {} logs in on", "^a resource below /_system/{}, written on {} and read on"
_MEMBERS = r"suites/test_members\.py::test_each_node_.*"
_ENDPOINTS = r"suites/test_members\.py::test_the_peer_reaches_.*"
_JOINED = r"^.*Member joined \[.*\n"
_REFUSED = "Connection refused"
_LOG = "repository/logs/wso2carbon.log"
_LOCKED = f"{_LOG}:812 ERROR AnalyticsDataIndexer - Lock held by another program: /opt/das/index_data/3/write.lock"
_GIVEN_UP = f"{_LOG}:934 ERROR Master - Application Carbon with ID app-1 failed 11 times; removing it"


def _user(maker: str, **changes: object) -> Tampering:
    return edited("cluster", _USER.format(maker), lambda answer: {**answer, **changes})


def _resource(mount: str, writer: str, **changes: object) -> Tampering:
    return edited("cluster", _RESOURCE.format(mount, writer), lambda answer: {**answer, **changes})


def _refused(node: str, port: int, scope: str) -> Tampering:
    return edited(node, rf"^connects to \S+:{port}$", lambda _: _REFUSED, scope)


SABOTAGES: Table[StoredRun] = {
    "UM-02": {
        "user-unknown-to-the-peer": wrong("node 2 does not know node 1's user", _user(FIRST, accepted=False)),
        "any-password": wrong("node 1 takes any password of a user", _user(SECOND, accepted_wrong=True)),
        "user-stays": wrong("the suite's user cannot be removed", _user(FIRST, left_over="not permitted")),
    },
    "REG-06": {
        "resource-unknown-to-the-peer": wrong(
            "node 2 refuses what node 1 wrote below the governance mount",
            _resource("governance", FIRST, refusal="Resource does not exist", read=""),
        ),
        "resource-reads-otherwise": wrong(
            "node 1 reads something else than node 2 wrote", _resource("config", SECOND, read="something else")
        ),
        "resource-not-in-the-database": wrong(
            "both nodes know the resource, but the registry database does not", _resource("config", FIRST, rows=0)
        ),
        "resource-stays": wrong(
            "the suite's resource cannot be removed", _resource("governance", SECOND, left_over="not permitted")
        ),
    },
    "CLU-08": {
        "one-member-seen": wrong(
            "node 1 sees no member beside itself", replaced(FIRST, r"^log: ", _JOINED, "", _MEMBERS)
        ),
        "hazelcast-port-blocked": wrong("node 2's member port is blocked", _refused(FIRST, 4000, _MEMBERS)),
    },
    "EP-08": {
        "event-sync-blocked": wrong("node 1 cannot connect to node 2", _refused(FIRST, 11224, _ENDPOINTS)),
        "management-blocked": wrong("node 2 cannot connect to node 1", _refused(SECOND, 10005, _ENDPOINTS)),
    },
}

#: Beyond the page: MySQL's limits, and the nodes' state after the whole run.
FIELD: Table[StoredRun] = {
    "OPS-02": {
        "answer-few-connections": wrong(
            "MySQL takes 100 connections",
            edited(f"{FIRST}|{SECOND}", r"SELECT @@GLOBAL\.max_connections", lambda _: [[100, 0]]),
        ),
        "answer-few-connections-of-the-account": wrong(
            "MySQL takes 20 connections of the data sources' account",
            edited(f"{FIRST}|{SECOND}", r"SELECT @@GLOBAL\.max_connections", lambda _: [[5000, 20]]),
        ),
    },
    "OPS-04": {
        "index-locked-after-a-kill": wrong(
            "node 1 could not lock an index after it was killed",
            edited(FIRST, "^indexes that could not be locked in the whole run$", lambda _: [_LOCKED]),
        ),
        "index-queues-grow": wrong(
            "a queue of node 2 gets more pages while nothing is sent",
            edited(SECOND, "^index queues at two readings$", lambda answer: {**answer, "second": {"0P": 9}}),
        ),
    },
    "OPS-11": {
        "application-given-up-after-a-kill": wrong(
            "node 2's Spark master removed the application after a kill",
            edited(SECOND, "^applications that Spark gave up in the whole run$", lambda _: [_GIVEN_UP]),
        )
    },
}
