"""The failover suite on hand-written records: a good one passes, and each spoiled one fails its own requirement."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.failover import record as names
from conformance.failover.record import FailoverRecord
from selftests import event_texts, failover_texts
from suites import test_failover as suite

Spoil = Callable[[dict[str, Any]], None]


@dataclass
class Told:
    """Stands for a Failover whose record is known."""

    record: FailoverRecord


def failing(there: dict[str, Any], back: dict[str, Any] | None = None) -> dict[str, str]:
    """Requirement ids that fail, with their messages."""
    back = back or failover_texts.good("back", "node2", "node1")
    nouns = {"failover_there": Told(failover_texts.record(there)), "failover_back": Told(failover_texts.record(back))}
    messages: dict[str, str] = {}
    for name, test in vars(suite).items():
        if name.startswith("test_"):
            try:
                test(**{wanted: nouns[wanted] for wanted in inspect.signature(test).parameters})
            except AssertionError as failure:
                messages[test.pytestmark[0].args[0]] = str(failure)
    return messages


def spoiled(spoil: Spoil) -> dict[str, Any]:
    told = failover_texts.good()
    spoil(told)
    return told


def late(name: str, seconds: float | None) -> Spoil:
    return lambda told: failover_texts.set_phase(told, name, seconds)


def two_active(told: dict[str, Any]) -> None:
    told["changes"][3]["at_wall"] = told["fault"]["at_wall"] - 0.2


def failed_back(told: dict[str, Any]) -> None:
    told["roles_at_end"] = {"node1": "active", "node2": "passive"}


def both_active_in_the_end(told: dict[str, Any]) -> None:
    told["roles_at_end"] = {"node1": "active", "node2": "active"}


def other_rows(told: dict[str, Any]) -> None:
    told["query"]["after"] = [["alpha", "7"]]


def empty_snapshot(told: dict[str, Any]) -> None:
    path = "repository/logs/wso2carbon-trace-messages.log"
    told["passages"]["after"]["texts"]["node1"][path] = event_texts.passed(range(24, 36))


def state_not_taken_over(told: dict[str, Any]) -> None:
    path = "repository/logs/wso2carbon-trace-messages.log"
    told["passages"]["during"]["texts"]["node2"][path] = event_texts.passed(range(12, 24))


def test_a_good_failover_passes():
    assert failing(failover_texts.good()) == {}


@pytest.mark.parametrize(
    ("spoil", "expected", "message"),
    [
        (late(names.PROMOTED, 25.5), {"FO-01"}, "promoted: 25.500 s after the fault (by log"),
        (late(names.PROMOTED, None), {"FO-01"}, "promoted: never came"),
        (late(names.EVENT_OUT, None), {"FO-01"}, "first event processed and put out: never came"),
        (two_active, {"FO-02"}, "both nodes were active for 200 ms"),
        (both_active_in_the_end, {"FO-02", "FO-06"}, "node1 is active, node2 is active"),
        (late(names.SPARK_ALIVE, 900.0), {"FO-05"}, "Spark master ALIVE: 900.000 s"),
        (late(names.QUERY_ANSWERED, None), {"FO-05"}, "first query answered: never came"),
        (other_rows, {"FO-05"}, "rows after and before the failover differ"),
        (failed_back, {"FO-06"}, "node1 is active, node2 is passive"),
        (late(names.PASSIVE, None), {"FO-06"}, "passive: never came"),
        (late(names.STATE_SYNCED, None), {"FO-07"}, "state synced: never came"),
        (empty_snapshot, {"FO-07"}, "missing from the window"),
        (state_not_taken_over, {"FO-08"}, "missing from the window"),
    ],
)
def test_a_spoiled_failover_fails_its_requirement(spoil, expected, message):
    found = failing(spoiled(spoil))
    assert set(found) == expected
    assert message in found[min(expected)]


def test_a_spoiled_second_failover_fails_only_the_second():
    back = failover_texts.good("back", "node2", "node1")
    failover_texts.set_phase(back, names.SPARK_SERVES, None)
    assert set(failing(failover_texts.good(), back)) == {"FO-08"}
