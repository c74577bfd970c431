"""Calls the tests of a suite with nouns made by a selftest, and tells which requirements fail and how."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from itertools import product
from types import ModuleType
from typing import Any

from conformance.cluster_view import ClusterView
from conformance.requirement import MARK, NotApplicable, NotAssessed


def failing(suite: ModuleType, cluster: ClusterView, **more: Any) -> dict[str, list[str]]:
    """Messages of all failures by requirement id; every error that is no AssertionError goes through.

    `more` are nouns that do not come from the cluster alone, by the names of their fixtures.
    """
    return _run(suite, cluster, more)[0]


def left_open(suite: ModuleType, cluster: ClusterView, **more: Any) -> dict[str, list[str]]:
    """Reasons of all that was not assessed, or not applicable, by requirement id."""
    return _run(suite, cluster, more)[1]


def _run(
    suite: ModuleType, cluster: ClusterView, more: dict[str, Any]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    failures: dict[str, list[str]] = {}
    reasons: dict[str, list[str]] = {}
    tests = [value for name, value in vars(suite).items() if name.startswith("test_")]
    for test in tests:
        ids = next(mark.args for mark in test.pytestmark if mark.name == MARK)
        for nouns in _calls(test, cluster, more):
            try:
                test(**nouns)
            except AssertionError as failure:
                _note(failures, ids, str(failure))
            except (NotAssessed, NotApplicable) as reason:
                _note(reasons, ids, str(reason))
    return failures, reasons


def _note(told: dict[str, list[str]], ids: tuple[str, ...], text: str) -> None:
    for requirement_id in ids:
        told.setdefault(requirement_id, []).append(text)


def _parameters(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    """Every combination of the values that a test is parametrised with."""
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    for values in product(*(list(mark.args[1]) for mark in marks)):
        found: dict[str, Any] = {}
        for mark, value in zip(marks, values, strict=True):
            names = mark.args[0].replace(",", " ").split() if isinstance(mark.args[0], str) else mark.args[0]
            found |= {names[0]: value} if len(names) == 1 else dict(zip(names, value, strict=True))
        yield found


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
            nouns["clocks"] = {one.name: one.log.assumed_clock for one in cluster.nodes}
            nouns["peer_start_log"] = second if node is cluster.first else first
        for parameters in _parameters(test):
            yield {name: {**nouns, **parameters}[name] for name in wanted}
