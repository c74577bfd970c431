"""The failover suite on hand-written records: a good one passes, and each spoiled one fails its own requirement."""

from __future__ import annotations

import inspect
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from conformance.disruption.failover import phase as names
from conformance.disruption.failover.record import FailoverRecord
from conformance.errors import EvidenceError
from conformance.judgement.requirement import NotApplicable
from conformance.node.clock import NodeClock
from selftests import event_texts, failover_texts
from suites import test_failover as suite

Spoil = Callable[[dict[str, Any]], None]


@dataclass
class Told:
    """Stands for a Failover whose record is known."""

    record: FailoverRecord


def passive_loss(spoil: Spoil | None = None) -> dict[str, Any]:
    """node2, the passive, went down and came back; its record holds no promotion and no takeover."""
    told = failover_texts.good("loss of the passive", "node2", "node1")
    told["phases"] = told["phases"][-5:]
    told["changes"] = []
    told["passages"]["during"]["batch"] = [{**one, "node": "node1"} for one in told["passages"]["during"]["batch"]]
    (spoil or (lambda _: None))(told)
    return told


def failing(
    there: dict[str, Any],
    back: dict[str, Any] | None = None,
    stop: dict[str, Any] | None = None,
    loss: Spoil | None = None,
) -> dict[str, str]:
    """Requirement ids that fail, with their messages."""
    back = back or failover_texts.good("back", "node2", "node1")
    stop = failover_texts.good("graceful stop") if stop is None else stop
    records = {
        "failover_there": there,
        "failover_back": back,
        "graceful_stop": stop,
        "passive_loss": passive_loss(loss),
    }
    nouns = {name: Told(failover_texts.record(told)) for name, told in records.items()}
    messages: dict[str, str] = {}
    for name, test in vars(suite).items():
        if name.startswith("test_"):
            try:
                test(**{wanted: nouns[wanted] for wanted in inspect.signature(test).parameters})
            except (EvidenceError, NotApplicable):
                continue  # no verdict: what it follows from fails, or is reported
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
    told["passages"]["after"]["texts"]["node1"][path] = event_texts.passed(range(30, 42))


def state_not_taken_over(told: dict[str, Any]) -> None:
    path = "repository/logs/wso2carbon-trace-messages.log"
    told["passages"]["during"]["texts"]["node2"][path] = event_texts.passed(range(12, 30))


def lost_later(told: dict[str, Any]) -> None:
    told["passages"]["during"]["stored"].pop(3)


def lost_at_the_fault(told: dict[str, Any]) -> None:
    lost_later(told)
    told["passages"]["during"]["batch"][3]["at_wall"] = told["fault"]["at_wall"] + 0.2


def all_lost_at_the_fault(told: dict[str, Any]) -> None:
    told["passages"]["during"]["stored"] = []
    for event in told["passages"]["during"]["batch"]:
        event["at_wall"] = told["fault"]["at_wall"] + 0.2


def both_put_out(told: dict[str, Any]) -> None:
    """The failed node's publisher goes on for a second after the survivor's began; no log tells of a second active."""
    log, failed = "repository/logs/wso2carbon.log", told["passages"]["during"]["texts"]["node1"]
    failed[log] = event_texts.emitted(12) + event_texts.emitted(13, at="2026-11-22 21:58:25,716")
    survivor = told["passages"]["during"]["texts"]["node2"]
    survivor[log] += event_texts.emitted(29, at="2026-11-22 21:58:26,000")


def too_few(told: dict[str, Any]) -> None:
    for event in told["passages"]["during"]["batch"]:
        event["at_wall"] = told["fault"]["at_wall"] + 0.1


def new_id(told: dict[str, Any]) -> None:
    told["node_ids"]["after"] = "id-2"


def no_id(told: dict[str, Any]) -> None:
    told["node_ids"] = {"before": "", "after": ""}


def client_lost_later(told: dict[str, Any]) -> None:
    told["clients"][1]["stored"].pop(15)


def client_lost_at_the_fault(told: dict[str, Any]) -> None:
    told["clients"][0]["stored"].pop(2)


def client_doubled(told: dict[str, Any]) -> None:
    told["clients"][0]["stored"].append("wire-15")


def client_doubled_at_the_fault(told: dict[str, Any]) -> None:
    told["clients"][0]["stored"].append("wire-3")


def client_sent_twice(told: dict[str, Any]) -> None:
    client_doubled(told)
    told["clients"][0]["batch"][15]["problem"] = "node1: the connection ended in the middle"


def without_clients(told: dict[str, Any]) -> None:
    del told["clients"], told["no_clients"]


def row_gone(told: dict[str, Any]) -> None:
    told["stored"]["after"].pop(2)


def row_twice(told: dict[str, Any]) -> None:
    told["stored"]["after"].append(told["stored"]["after"][5])


def row_twice_at_the_fault(told: dict[str, Any]) -> None:
    event = told["passages"]["during"]["batch"][3]
    event["at_wall"] = told["fault"]["at_wall"] + 0.2
    told["stored"]["after"].append(event["id"])


def row_twice_later(told: dict[str, Any]) -> None:
    told["stored"]["after"].append(told["passages"]["during"]["batch"][-1]["id"])


def refused(told: dict[str, Any]) -> None:
    told["passages"]["during"]["batch"][3]["status"] = 0
    told["passages"]["during"]["stored"].pop(3)


def silence(told: dict[str, Any]) -> None:
    for event in told["passages"]["during"]["batch"]:
        event["at_wall"] -= 9.0 if event["seq"] < 15 else 0.0


def stayed_active(told: dict[str, Any]) -> None:
    told["roles_at_end"] = {"node1": "passive", "node2": "active"}


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
    told = passive_loss()
    told.update({} if clocks else {"clocks": {}})
    assert failover_texts.record(told).gap <= 2.0


@pytest.mark.parametrize("seconds", [-7200.0, -0.012])
def test_a_phase_before_its_fault_is_no_verdict(seconds):
    told = failover_texts.good()
    failover_texts.set_phase(told, names.PROMOTED, seconds)
    promoted = next(one for one in failover_texts.record(told).phases if one.name == names.PROMOTED)
    assert not promoted.in_time
    with pytest.raises(EvidenceError, match=r"before its fault: promoted: .* \(clocks: node1 UTC, 0\.000 s ahead"):
        failover_texts.record(told).phase(names.PROMOTED)


def test_without_a_promotion_no_row_may_be_there_twice():
    told = failover_texts.good()
    row_twice_at_the_fault(told)
    failover_texts.set_phase(told, names.PROMOTED, None)
    assert failover_texts.record(told).stored_wrong == ["1 of 42 events were stored more than once: run-00015"]


def test_a_phase_is_early_only_by_more_than_its_clock_is_known():
    told = failover_texts.good()
    failover_texts.set_phase(told, names.PROMOTED, -0.4)
    next(one for one in told["phases"] if one["name"] == names.PROMOTED)["resolution"] = 1.001
    assert failover_texts.record(told).phase(names.PROMOTED).in_time


@pytest.mark.parametrize(("uncertainty", "both"), [(0.0625, 1), (0.125, 0), (0.2, 0)])
def test_two_actives_are_told_only_where_the_clocks_can_tell(uncertainty, both):
    told = failover_texts.good()
    told["changes"][-1]["at_wall"] = told["fault"]["at_wall"] - 0.25
    told["clocks"] = {node: NodeClock(uncertainty=uncertainty).as_json() for node in ("node1", "node2")}
    assert len(failover_texts.record(told).two_active) == both


@pytest.mark.parametrize("seconds", [-7200, 7200])
def test_events_that_were_put_out_when_they_cannot_have_been_are_no_verdict(seconds):
    told = passive_loss()
    told["clocks"]["node1"]["utc_offset"] = seconds
    with pytest.raises(EvidenceError, match=r"s (before|after) it was sent, which is impossible"):
        _ = failover_texts.record(told).gap
    assert failover_texts.record(told).summary()["gap"] > 0


def test_a_good_failover_passes():
    assert failing(failover_texts.good()) == {}


@pytest.mark.parametrize(
    ("spoil", "expected", "message"),
    [
        (late(names.PROMOTED, 25.5), {"FO-01", "FO-03"}, "promoted: 25.500 s after the fault (by log"),
        (late(names.PROMOTED, None), {"FO-01"}, "promoted: never came"),
        (late(names.EVENT_OUT, None), {"FO-01"}, "first event processed and emitted: never came"),
        (two_active, {"FO-02"}, "both nodes were active for 200 ms"),
        (both_put_out, {"FO-02"}, "node1 emitted 2 events, as only an active node does"),
        (all_lost_at_the_fault, {"FO-03"}, "10 a second to node1 for 1 s in flight and to node2 for the 0.10 s in"),
        (both_active_in_the_end, {"FO-02", "FO-06"}, "node1 is active, node2 is active"),
        (late(names.SPARK_ALIVE, 900.0), {"FO-05"}, "Spark master ALIVE: 900.000 s"),
        (late(names.QUERY_ANSWERED, None), {"FO-05"}, "first query answered: never came"),
        (other_rows, {"FO-05"}, "rows after and before the failover differ"),
        (failed_back, {"FO-06"}, "node1 is active, node2 is passive"),
        (late(names.PASSIVE, None), {"FO-06"}, "passive: never came"),
        (late(names.STATE_SYNCED, None), {"FO-07"}, "state synced: never came"),
        (empty_snapshot, {"FO-07"}, "missing from the window"),
        (state_not_taken_over, {"FO-08"}, "missing from the window"),
        (lost_later, {"FO-03"}, "stored: 1 of 18 accepted events missing (1 in second +1 to node2; first run-00015)"),
        (lost_at_the_fault, set(), ""),
        (client_lost_later, {"FO-03"}, "client tcp://a:7611,tcp://b:7611: stored: 1 of 20 accepted events missing"),
        (client_lost_at_the_fault, set(), ""),
        (client_doubled, {"FO-03"}, "client {tcp://a:7611|tcp://b:7611}: stored more than once: wire-15"),
        (client_doubled_at_the_fault, set(), ""),
        (client_sent_twice, set(), ""),
        (without_clients, set(), ""),
        (
            too_few,
            {"FO-03"},
            "node2: found 0 events that were sent after its promotion and",
        ),
        (new_id, {"NID-05"}, "my-node-id.dat changed over a restart: node1 from 'id-1' to 'id-2'"),
        (no_id, {"NID-05"}, "a node has no my-node-id.dat"),
        (row_gone, {"FO-04"}, "1 of 12 events stored before the fault are gone: run-00002"),
        (row_twice, {"FO-04"}, "1 of 42 events were stored more than once: run-00005"),
        (row_twice_at_the_fault, set(), ""),
        (row_twice_later, {"FO-04"}, "1 of 42 events were stored more than once: run-00029"),
    ],
)
def test_a_spoiled_failover_fails_its_requirement(spoil, expected, message):
    found = failing(spoiled(spoil))
    assert set(found) == expected
    assert not expected or message in found[min(expected)]


def test_a_spoiled_second_failover_fails_only_the_second():
    back = failover_texts.good("back", "node2", "node1")
    failover_texts.set_phase(back, names.SPARK_SERVES, None)
    assert set(failing(failover_texts.good(), back)) == {"FO-08"}


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (late(names.PROMOTED, None), "promoted: never came"),
        (late(names.EVENT_OUT, 99.0), "first event processed and emitted: 99.000 s"),
        (failed_back, "node1 is active, node2 is passive"),
        (late(names.STATE_SYNCED, None), "state synced: never came"),
        (two_active, "both nodes were active for 200 ms"),
        (both_put_out, "both nodes were active for 1000 ms"),
    ],
)
def test_a_spoiled_graceful_stop_fails_its_requirement(spoil, message):
    found = failing(failover_texts.good(), stop=spoiled(spoil))
    assert set(found) == {"FO-09"}
    assert message in found["FO-09"]


@pytest.mark.parametrize(
    ("name", "fails"), [(names.EVENT_OUT, set()), (names.STATE_SYNCED, set()), (names.PROMOTED, {"FO-09"})]
)
def test_a_survivor_that_its_spark_worker_took_down_is_judged_as_far_as_it_lived(name, fails):
    stop = spoiled(late(name, None)) | {"survivor_exit": "node2 does not run: its Spark worker was refused"}
    assert set(failing(failover_texts.good(), stop=stop)) == fails


def alone_again(gone: float | None) -> dict[str, Any]:
    """A graceful stop whose survivor ended `gone` seconds after it; the stopped node came back after 9 s, active."""
    stop = spoiled(late(names.STATE_SYNCED, None))
    at = stop["fault"]["at_wall"]
    stop["changes"].append({"node": stop["failed"], "role": "active", "at_wall": at + 9, "place": "log:1"})
    exit_at = {} if gone is None else {"survivor_exit": "node2 does not run", "survivor_exit_wall": at + gone}
    return stop | exit_at


@pytest.mark.parametrize(("gone", "fails"), [(8.9, set()), (9.2, {"FO-09"}), (None, {"FO-09"})])
def test_a_survivor_is_active_until_its_spark_worker_took_it_down(gone, fails):
    assert set(failing(failover_texts.good(), stop=alone_again(gone))) == fails


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lost_later, "stored: 1 of 18 accepted events missing"),
        (refused, "node1 refused 1 events, first run-00015"),
        (silence, "nothing was emitted for"),
        (late(names.STATE_SYNCED, None), "state synced: never came"),
        (stayed_active, "node1 is passive, node2 is active"),
        (row_gone, "stored before the fault are gone"),
    ],
)
def test_a_spoiled_loss_of_the_passive_fails_its_requirement(spoil, message):
    found = failing(failover_texts.good(), loss=spoil)
    assert set(found) == {"FO-10"}
    assert message in found["FO-10"]
