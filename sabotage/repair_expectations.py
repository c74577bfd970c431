"""The expected result of repairing each sabotage of files: undone, unless it is listed here with a reason."""

from collections.abc import Mapping
from enum import Enum
from typing import Any

from sabotage.sabotage import Sabotage


class Expected(Enum):
    """UNDONE: every file is as before; HEALTHY: nothing fails but a file differs; ASKED: a question is left."""

    UNDONE = "undone"
    HEALTHY = "healthy"
    ASKED = "asked"


def _by_name(reasons: Mapping[str, str]) -> dict[str, str]:
    return {name: reason for reason, names in reasons.items() for name in names.split()}


#: What differs after the repair, by name of the sabotage.
HEALTHY = _by_name(
    {
        "no patch holds its password": "no-registry-datasource no-processed-store-datasource",
        "the data source that nothing uses any more stays": "one-own-registry-for-both",
        "the other mode stays, disabled as on the page": "single-node-first",
        "the file of node 2 now says what was declared": "declared-presenter-is-none",
        "node 2 stays presenter, on its own address": "presenter-on-a-wildcard presenter-on-an-address-of-both",
    }
)
#: What only the operator knows or can do, by name of the sabotage.
ASKED = _by_name(
    {
        "no patch holds a jar": "no-driver driver-cut",
        "what the record store is for": "another-undefined-store",
        "which of the two nodes is right": """
        another-bundle bundle-on-one-node another-product another-version other-database-server other-domain
        two-presenters persistence-on-one-node other-spark-port more-spark-settings c-app-on-one-node
        other-c-app stream-on-one-node plan-on-one-node other-receiver another-retrieval-query
        shorter-heartbeat-on-one-node no-hazelcast-properties-on-one-node patch-of-one-node
        service-pack-of-one-node other-primary-store
    """,
        "no patch shows a password, nor a change right before one": """
        users-defined-twice placeholder-of-the-account instance-over-http other-group-password
    """,
        "where the database is": "database-on-loopback",
        "which other database there is": "users-in-the-registry-database",
        "whether the user store is wanted": "user-store-in-the-local-database user-store-of-one-node",
        "whether there is a third member": "third-member",
        "which of the two files is meant": "hazelcast-xml-with-another-port hazelcast-xml-on-both-nodes",
        "which ports are free": "same-ports-on-one-host one-host-with-one-offset",
        "under which path both hosts can reach the homes": "homes-without-link dangling-link link-on-one-node",
        "which of two addresses": "no-address-for-spark",
        "whether the node is meant to take part in Spark's cluster": "started-without-spark",
        "which id the node had: another one orphans its index data": "id-is-empty no-id id-of-two-lines same-id",
        "whether there is a repository, and who commits": """
        synchronizer-on-one-node synchronizers-of-two-repositories no-node-commits
    """,
        "whether clients send to both nodes": """
        duplicated-on-one-node duplicated-without-effect duplicated-under-a-former-name
    """,
        "the product's own query is not at hand": "no-merge-query",
        "the product's own section is not at hand": "no-section-of-the-category",
        "whether a quorum is meant, and which": "quorum-of-three quorum-on-one-node",
        "why nothing was saved": "old-state",
        "which database is for the state": "state-in-h2",
        "by which address clients come": "data-bridge-on-loopback",
        "whether a node waits for its peer": "tasks-wait-for-three tasks-wait-for-two-on-one-node",
    }
)


def expected(one: Sabotage[Any]) -> Expected:
    """Return the expectation for a sabotage."""
    if one.name in ASKED:
        return Expected.ASKED
    return Expected.HEALTHY if one.name in HEALTHY else Expected.UNDONE
