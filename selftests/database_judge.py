"""Runs the database suite over fake servers and two nodes."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any

from conformance.database.node_database import SCRIPTED, STORES, ClusterDatabases
from conformance.database.probe_table import ProbeTable
from conformance.evidence.witness import Witness
from conformance.judgement.requirement import NotAssessed
from conformance.node.home.shared_databases import Role
from conformance.node.node import Node
from selftests.fake_mysql import SERVER, FakeNetwork, with_databases
from selftests.fake_node import FakeAccess
from suites import test_database as suite

TESTS = [value for name, value in vars(suite).items() if name.startswith("test_")]


class Judge:
    """The suite's tests over a network of fake servers, which a selftest may change before it asks for outcomes."""

    def __init__(self) -> None:
        self.network = FakeNetwork()
        self.server = self.network.servers[SERVER]
        self.accesses = [with_databases(FakeAccess.good(name)) for name in ("node1", "node2")]
        self.witness = Witness.silent()
        self.read_only = False
        self.not_assessed: list[str] = []

    @property
    def databases(self) -> ClusterDatabases:
        nodes = tuple(Node(access, self.witness) for access in self.accesses)
        return ClusterDatabases(nodes, self.network.connect)

    def calls(self, test: Callable[..., None], databases: ClusterDatabases) -> Iterator[dict[str, Any]]:
        first, second = databases.nodes
        wanted = set(inspect.signature(test).parameters)
        roles = SCRIPTED if "scripted_database" in wanted else STORES if "store_database" in wanted else tuple(Role)
        probe = ProbeTable("run-1", self.witness, read_only=self.read_only)
        # What does not depend on the node, or on the database, is judged once.
        of_roles = wanted & {"scripted_database", "store_database", "shared_database", "database_pair"}
        of_nodes = wanted & {"scripted_database", "store_database", "shared_database", "node"}
        for node in databases.nodes if of_nodes else databases.nodes[:1]:
            for role in roles if of_roles else roles[:1]:
                nouns = {"node": node, "first_node": first, "second_node": second}
                nouns |= {"databases": databases, "probe_table": probe}
                nouns |= dict.fromkeys(of_roles, databases.of(node, role) if of_roles else None)
                nouns |= {"database_pair": databases.both(role)} if "database_pair" in wanted else {}
                yield {name: nouns[name] for name in wanted}

    def outcomes(self, kind: Any = AssertionError) -> dict[str, list[str]]:
        """Messages of what was raised of a kind, by requirement; anything else goes through."""
        found: dict[str, list[str]] = {}
        databases = self.databases
        for test in TESTS:
            for nouns in self.calls(test, databases):
                try:
                    test(**nouns)
                except kind as problem:
                    found.setdefault(test.pytestmark[0].args[0], []).append(str(problem))
                except NotAssessed as reason:
                    self.not_assessed.append(str(reason))
        return found
