"""Calls the tests of a suite with nouns made by a selftest, and says which requirements fail and how."""

import inspect
from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from itertools import product
from types import ModuleType
from typing import Any

from conformance.judgement import deviation
from conformance.judgement.requirement import MARK, NotApplicable, NotAssessed
from conformance.node.checks.silenced_lines import readable_log
from conformance.node.node import Node
from conformance.pair.last_start import last_start, since_start
from conformance.pair.view import ClusterView


def failing(suite: ModuleType, cluster: ClusterView, **more: Any) -> dict[str, list[str]]:
    """Messages of all failures by requirement id; every error that is no AssertionError goes through.

    `handed_in` says that this run did not start the nodes; `more` are nouns that do not come from the cluster
    alone, by the names of their fixtures.
    """
    return judged(suite, cluster, more)[0]


def left_open(suite: ModuleType, cluster: ClusterView, **more: Any) -> dict[str, list[str]]:
    """Reasons of all that was not assessed, or not applicable, by requirement id."""
    return judged(suite, cluster, more)[1]


def deviations(suite: ModuleType, cluster: ClusterView, **more: Any) -> dict[str, list[str]]:
    """Deviations of name that were recorded, by requirement id."""
    return judged(suite, cluster, more)[2]


def first_failures(suite: ModuleType, nouns: dict[str, Any], *no_verdict: type[Exception]) -> dict[str, str]:
    """First messages of the failures by requirement id, of tests that are given these nouns."""
    messages: dict[str, str] = {}
    for test in _tests(suite):
        try:
            test(**{name: nouns[name] for name in inspect.signature(test).parameters})
        except no_verdict:
            continue
        except AssertionError as failure:
            messages.setdefault(test.pytestmark[0].args[0], str(failure))
    return messages


def judged(
    suite: ModuleType, cluster: ClusterView, more: dict[str, Any]
) -> tuple[dict[str, list[str]], dict[str, list[str]], dict[str, list[str]]]:
    """All three by requirement id: failures, what is left open, deviations."""
    failures: dict[str, list[str]] = {}
    reasons: dict[str, list[str]] = {}
    recorded: dict[str, list[str]] = {}
    for test in _tests(suite):
        ids = next(mark.args for mark in test.pytestmark if mark.name == MARK)
        for call in _calls(test, cluster, more):
            with _collecting() as found:
                try:
                    call()
                except AssertionError as failure:
                    _note(failures, ids, str(failure))
                except (NotAssessed, NotApplicable) as reason:
                    _note(reasons, ids, str(reason))
            for text in found.texts:
                _note(recorded, ids, text)
    return failures, reasons, recorded


def _tests(suite: ModuleType) -> list[Any]:
    return [value for name, value in vars(suite).items() if name.startswith("test_")]


def _collecting() -> AbstractContextManager[deviation.Deviations]:
    """Of one test, unless the selftest itself collects them, as strictly as it likes."""
    outside = deviation._RUNNING.get()
    return deviation.collecting() if outside is None else nullcontext(outside)


def _note(found: dict[str, list[str]], ids: tuple[str, ...], text: str) -> None:
    for requirement_id in ids:
        found.setdefault(requirement_id, []).append(text)


def _parameters(test: Callable[..., None]) -> Iterator[dict[str, Any]]:
    marks = [mark for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
    for values in product(*(list(mark.args[1]) for mark in marks)):
        found: dict[str, Any] = {}
        for mark, value in zip(marks, values, strict=True):
            names = mark.args[0].replace(",", " ").split() if isinstance(mark.args[0], str) else mark.args[0]
            found |= {names[0]: value} if len(names) == 1 else dict(zip(names, value, strict=True))
        yield found


def _calls(test: Callable[..., None], cluster: ClusterView, more: dict[str, Any]) -> Iterator[Callable[[], None]]:
    """The calls, their arguments still to be made: twice for a test of each node, once for one of the cluster."""
    wanted = inspect.signature(test).parameters
    of_each = {"node", "start_log", "readable_log", "last_start", "last_start_log"}
    for node in cluster.nodes if of_each & set(wanted) else cluster.nodes[:1]:
        for parameters in _parameters(test):
            yield partial(_call, test, node, cluster, wanted, {**more, **parameters})


def _call(
    test: Callable[..., None], node: Node, cluster: ClusterView, wanted: Collection[str], more: dict[str, Any]
) -> None:
    nouns = _nouns(node, cluster, wanted, **more) | more
    test(**{name: nouns[name] for name in wanted})


def _nouns(
    node: Node, cluster: ClusterView, wanted: Collection[str], *, handed_in: bool = False, **_: Any
) -> dict[str, Any]:
    """What fixtures would give; of the logs only what is wanted, as they need not be there."""
    given: dict[str, Callable[[], Any]] = {
        "node": lambda: node,
        "cluster": lambda: cluster,
        "pair": lambda: cluster,
        "first_node": lambda: cluster.first,
        "second_node": lambda: cluster.second,
        "start_log": lambda: node.log.deployment_start(),
        "first_start_log": lambda: cluster.first.log.deployment_start(),
        "second_start_log": lambda: cluster.second.log.deployment_start(),
        "readable_log": lambda: readable_log(node),
        "last_start": lambda: last_start(node.log, started_here=not handed_in),
        "last_start_log": lambda: last_start(node.log, started_here=not handed_in).complete(),
        "newest_starts": lambda: tuple(
            last_start(one.log, started_here=not handed_in).section for one in cluster.nodes
        ),
        "clocks": lambda: {one.name: one.log.assumed_clock for one in cluster.nodes},
        "peer_log": lambda: since_start(cluster.peer(node).log, started_here=not handed_in),
    }
    return {name: make() for name, make in given.items() if name in wanted}
