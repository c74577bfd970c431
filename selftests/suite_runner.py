"""Calls the tests of a suite with nouns made by a selftest, and tells which requirements fail and how."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from conformance.cluster_view import ClusterView


def failing(suite: ModuleType, cluster: ClusterView, **more: Any) -> dict[str, list[str]]:
    """Messages of all failures by requirement id; every error that is no AssertionError goes through.

    `more` are nouns that do not come from the cluster alone, by the names of their fixtures.
    """
    messages: dict[str, list[str]] = {}
    tests = [value for name, value in vars(suite).items() if name.startswith("test_")]
    for test in tests:
        for nouns in _calls(test, cluster, more):
            try:
                test(**nouns)
            except AssertionError as failure:
                for requirement_id in test.pytestmark[0].args:
                    messages.setdefault(requirement_id, []).append(str(failure))
    return messages


def _calls(test: Callable[..., None], cluster: ClusterView, more: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments of each call: twice for a test of each node, once for one of the cluster."""
    wanted = inspect.signature(test).parameters
    for node in cluster.nodes if {"node", "start_log"} & set(wanted) else cluster.nodes[:1]:
        nouns = {"node": node, "cluster": cluster, "first_node": cluster.first, "second_node": cluster.second}
        nouns |= more
        if any(name.endswith("start_log") for name in wanted):
            first, second = (one.log.deployment_start() for one in cluster.nodes)
            start_log = first if node is cluster.first else second
            nouns |= {"start_log": start_log, "first_start_log": first, "second_start_log": second}
            nouns["peer_start_log"] = second if node is cluster.first else first
        yield {name: nouns[name] for name in wanted}
