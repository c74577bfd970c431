"""What a repair is expected to make of each sabotage of files: undone, unless it stands here with the reason."""

from __future__ import annotations

from enum import Enum
from typing import Any

from sabotage.sabotage import Sabotage


class Expected(Enum):
    """UNDONE: every file is as before; HEALTHY: nothing fails, but a file differs; ASKED: a question is left."""

    UNDONE = "undone"
    HEALTHY = "healthy"
    ASKED = "asked"


#: What differs afterwards, by name of the sabotage.
HEALTHY = {
    "no-registry-datasource": "no patch holds its password",
    "no-processed-store-datasource": "no patch holds its password",
    "one-own-registry-for-both": "the data source that nothing uses any more stays",
    "single-node-first": "the other mode stays, disabled as on the page",
    "declared-presenter-is-none": "the file of node 2 now says what was declared",
    "presenter-on-a-wildcard": "node 2 stays presenter, on its own address",
    "presenter-on-an-address-of-both": "node 2 stays presenter, on its own address",
}
_BINARY = "no patch holds a jar"
_WHICH_COPY = "which of the two nodes is right"
_SECRET = "no patch shows a password, nor a change right before one"
_QUORUM = "whether a quorum is meant, and which"
_SYNCHRONIZER = "whether there is a repository, and who commits"
_DUPLICATED = "whether clients send to both nodes"
_ID = "which id the node had: another one orphans its index data"
_LINK = "under which path both hosts can reach the homes"
#: What only the operator knows, or can do, by name of the sabotage.
ASKED = {
    "no-driver": _BINARY,
    "driver-cut": _BINARY,
    "another-undefined-store": "what the record store is for",
    "another-bundle": _WHICH_COPY,
    "bundle-on-one-node": _WHICH_COPY,
    "another-product": _WHICH_COPY,
    "another-version": _WHICH_COPY,
    "users-defined-twice": _SECRET,
    "placeholder-of-the-account": _SECRET,
    "other-database-server": _WHICH_COPY,
    "database-on-loopback": "where the database is",
    "users-in-the-registry-database": "which other database there is",
    "user-store-in-the-local-database": "whether the user store is wanted",
    "instance-over-http": _SECRET,
    "third-member": "whether there is a third member",
    "hazelcast-xml-with-another-port": "which of the two files is meant",
    "hazelcast-xml-on-both-nodes": "which of the two files is meant",
    "other-domain": _WHICH_COPY,
    "two-presenters": _WHICH_COPY,
    "persistence-on-one-node": _WHICH_COPY,
    "same-ports-on-one-host": "which ports are free",
    "one-host-with-one-offset": "which ports are free",
    "homes-without-link": _LINK,
    "dangling-link": _LINK,
    "link-on-one-node": _LINK,
    "no-address-for-spark": "which of two addresses",
    "started-without-spark": "whether the node is meant to take part in Spark's cluster",
    "other-spark-port": _WHICH_COPY,
    "more-spark-settings": _WHICH_COPY,
    "id-is-empty": _ID,
    "no-id": _ID,
    "id-of-two-lines": _ID,
    "same-id": _ID,
    "c-app-on-one-node": _WHICH_COPY,
    "other-c-app": _WHICH_COPY,
    "synchronizer-on-one-node": _SYNCHRONIZER,
    "synchronizers-of-two-repositories": _SYNCHRONIZER,
    "nobody-commits": _SYNCHRONIZER,
    "stream-on-one-node": _WHICH_COPY,
    "plan-on-one-node": _WHICH_COPY,
    "other-receiver": _WHICH_COPY,
    "duplicated-on-one-node": _DUPLICATED,
    "duplicated-without-effect": _DUPLICATED,
    "duplicated-under-a-former-name": _DUPLICATED,
    "no-merge-query": "the product's own query is not at hand",
    "no-section-of-the-category": "the product's own section is not at hand",
    "another-retrieval-query": _WHICH_COPY,
    "shorter-heartbeat-on-one-node": _WHICH_COPY,
    "no-hazelcast-properties-on-one-node": _WHICH_COPY,
    "quorum-of-three": _QUORUM,
    "quorum-on-one-node": _QUORUM,
    "old-state": "why nothing was saved",
    "state-in-h2": "which database is for the state",
    "data-bridge-on-loopback": "by which address clients come",
    "tasks-wait-for-three": "whether a node waits for its peer",
    "tasks-wait-for-two-on-one-node": "whether a node waits for its peer",
    "patch-of-one-node": _WHICH_COPY,
    "service-pack-of-one-node": _WHICH_COPY,
}


def expected(one: Sabotage[Any]) -> Expected:
    """The expectation for one."""
    if one.name in ASKED:
        return Expected.ASKED
    return Expected.HEALTHY if one.name in HEALTHY else Expected.UNDONE
