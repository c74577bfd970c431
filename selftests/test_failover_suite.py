"""The failover suite on hand-written records: what it accepts; more breakage is in sabotage/run_failover.py."""

import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from conformance.disruption.failover import phase as names
from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotApplicable
from conformance.node.clock import NodeClock
from selftests import failover_texts, suite_runner
from suites import test_failover as suite

Tamper = Callable[[dict[str, Any]], None]


def passive_loss() -> dict[str, Any]:
    """node2, the passive, went down and came back; its record holds no promotion and no failover of Spark."""
    record = failover_texts.good("loss of the passive", "node2", "node1")
    record["phases"] = record["phases"][-5:]
    record["changes"] = []
    record["passages"]["during"]["batch"] = [{**one, "node": "node1"} for one in record["passages"]["during"]["batch"]]
    return record


def good() -> dict[str, dict[str, Any]]:
    return {
        "failover_there": failover_texts.good(),
        "failover_back": failover_texts.good("back", "node2", "node1"),
        "graceful_stop": failover_texts.good("graceful stop"),
        "passive_loss": passive_loss(),
    }


def failing(there: dict[str, Any], stop: dict[str, Any] | None = None, **others: dict[str, Any]) -> dict[str, str]:
    """Requirement ids that fail, with their messages."""
    records = good() | {"failover_there": there} | ({"graceful_stop": stop} if stop else {}) | others
    nouns = {name: SimpleNamespace(record=failover_texts.record(record)) for name, record in records.items()}
    # Where there is no verdict, what it follows from fails, or is reported.
    return suite_runner.first_failures(suite, nouns, EvidenceError, NotApplicable)


def changed(tamper: Tamper) -> dict[str, Any]:
    recorded = failover_texts.good()
    tamper(recorded)
    return recorded


def never(name: str) -> Tamper:
    return lambda expected: failover_texts.set_phase(expected, name, None)


def lost_at_the_fault(record: dict[str, Any]) -> None:
    record["passages"]["during"]["stored"].pop(3)
    record["passages"]["during"]["batch"][3]["at_wall"] = record["fault"]["at_wall"] + 0.2


def client_sent_twice(record: dict[str, Any]) -> None:
    record["clients"][0]["stored"].append("wire-15")
    record["clients"][0]["batch"][15]["problem"] = "node1: the connection ended in the middle"


def row_twice_at_the_fault(record: dict[str, Any]) -> None:
    event = record["passages"]["during"]["batch"][3]
    event["at_wall"] = record["fault"]["at_wall"] + 0.2
    record["stored"]["after"].append(event["id"])


@pytest.fixture(params=["UTC", "Asia/Tokyo", "<-05>5"])
def _judging_zone(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The zone of the machine that judges."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.usefixtures("_judging_zone")
@pytest.mark.parametrize("clocks", [True, False], ids=["clocks read", "an old run"])
def test_a_loss_of_the_passive_is_judged_the_same_in_every_zone(clocks):
    recorded = passive_loss()
    recorded.update({} if clocks else {"clocks": {}})
    assert failover_texts.record(recorded).gap <= 2.0


@pytest.mark.parametrize("seconds", [-7200.0, -0.012])
def test_a_phase_before_its_fault_is_no_verdict(seconds):
    recorded = failover_texts.good()
    failover_texts.set_phase(recorded, names.PROMOTED, seconds)
    promoted = next(one for one in failover_texts.record(recorded).phases if one.name == names.PROMOTED)
    assert not promoted.in_time
    with pytest.raises(EvidenceError, match=r"before its fault: promoted: .* \(clocks: node1 UTC, 0\.000 s ahead"):
        failover_texts.record(recorded).phase(names.PROMOTED)


def test_without_a_promotion_no_row_may_be_there_twice():
    recorded = failover_texts.good()
    row_twice_at_the_fault(recorded)
    failover_texts.set_phase(recorded, names.PROMOTED, None)
    assert failover_texts.record(recorded).stored_wrong == ["1 of 42 events were stored more than once: run-00015"]


@pytest.mark.parametrize(("uncertainty", "both"), [(0.0625, 1), (0.125, 0), (0.2, 0)])
def test_two_actives_are_reported_only_where_the_clocks_can_show_it(uncertainty, both):
    record = failover_texts.good()
    record["changes"][-1]["at_wall"] = record["fault"]["at_wall"] - 0.25
    record["clocks"] = {node: NodeClock(uncertainty=uncertainty).as_json() for node in ("node1", "node2")}
    assert len(failover_texts.record(record).two_active) == both


@pytest.mark.parametrize("seconds", [-7200, 7200])
def test_events_that_were_emitted_when_they_cannot_have_been_are_no_verdict(seconds):
    record = passive_loss()
    record["clocks"]["node1"]["utc_offset"] = seconds
    with pytest.raises(EvidenceError, match=r"s (before|after) it was sent, which is impossible"):
        _ = failover_texts.record(record).gap
    assert failover_texts.record(record).summary()["gap"] > 0


@pytest.mark.parametrize("tamper", [
    lambda expected: None,
    lost_at_the_fault,
    lambda expected: expected["clients"][0]["stored"].pop(2),
    lambda expected: expected["clients"][0]["stored"].append("wire-3"),
    client_sent_twice,
    lambda expected: (expected.pop("clients"), expected.pop("no_clients")),
    row_twice_at_the_fault,
])  # fmt: skip
def test_what_a_switch_may_cost_is_no_failure(tamper):
    assert failing(changed(tamper)) == {}


@pytest.mark.parametrize(("tamper", "expected", "message"), [
    (lambda record: record["clients"][1]["stored"].pop(15), "FO-03",
     "client tcp://a:7611,tcp://b:7611: stored: 1 of 20 accepted events missing"),
    (lambda record: record["clients"][0]["stored"].append("wire-15"), "FO-03",
     "client {tcp://a:7611|tcp://b:7611}: stored more than once: wire-15"),
    (lambda record: record.update(node_ids={"before": "", "after": ""}), "NID-05", "a node has no my-node-id.dat"),
    (lambda record: record["stored"]["after"].append(record["passages"]["during"]["batch"][-1]["id"]), "FO-04",
     "1 of 42 events were stored more than once: run-00029"),
])  # fmt: skip
def test_a_changed_failover_fails_its_requirement(tamper, expected, message):
    found = failing(changed(tamper))
    assert set(found) == {expected}
    assert message in found[expected]


@pytest.mark.parametrize(
    ("name", "fails"), [(names.EVENT_OUT, set()), (names.STATE_SYNCED, set()), (names.PROMOTED, {"FO-09"})]
)
def test_a_survivor_that_its_spark_worker_took_down_is_judged_as_far_as_it_lived(name, fails):
    stop = changed(never(name)) | {"survivor_exit": "node2 does not run: its Spark worker was refused"}
    assert set(failing(failover_texts.good(), stop=stop)) == fails


def alone_again(gone: float | None) -> dict[str, Any]:
    """A graceful stop whose survivor ended `gone` seconds after it; the stopped node came back after 9 s, active."""
    stop = changed(never(names.STATE_SYNCED))
    at = stop["fault"]["at_wall"]
    stop["changes"].append({"node": stop["failed"], "role": "active", "at_wall": at + 9, "place": "log:1"})
    exit_at = {} if gone is None else {"survivor_exit": "node2 does not run", "survivor_exit_wall": at + gone}
    return stop | exit_at


@pytest.mark.parametrize(("gone", "fails"), [(8.9, set()), (9.2, {"FO-09"}), (None, {"FO-09"})])
def test_a_survivor_is_active_until_its_spark_worker_took_it_down(gone, fails):
    assert set(failing(failover_texts.good(), stop=alone_again(gone))) == fails
