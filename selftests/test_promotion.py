"""Both sides of a failover: the survivor's, in time, too late or never, and the killed node's return."""

from types import SimpleNamespace
from typing import Any

import pytest

from conformance import deadlines
from conformance.deployment.interface import Reading
from conformance.disruption.failover import phase as names
from conformance.disruption.failover.budgets import Budgets
from conformance.disruption.failover.phase import Phase
from conformance.disruption.failover.promotion import BATCH, Promotion, event_phases
from conformance.disruption.failover.rejoin import Rejoin
from conformance.disruption.faults.node_down import NodeDown
from conformance.errors import EvidenceError
from conformance.events.batch import Batch, SentEvent
from conformance.events.event_trace import EventTrace
from conformance.events.lab_events import LabEvents
from conformance.node.clock import NodeClock
from conformance.node.spark.ui import Application, MasterView
from selftests import failover_texts
from selftests.fake_lab import FakeLabNode, lab

LEFT = "wka|Member left [uuid]: /198.51.100.11:4000"
ACTIVE = "ha|Became CEP HA Active Member"
BUDGETS = Budgets(
    deadlines.MEMBER_LOST, deadlines.PROMOTION, deadlines.SPARK_FAILOVER, deadlines.REJOIN, deadlines.STATE_SYNC,
    deadlines.EVENT_SYNC, 600,
)  # fmt: skip
DURING = failover_texts.good()["passages"]["during"]
READY = "org.wso2.carbon.ui.internal.CarbonUIServiceComponent|Mgt Console URL  : https://h:9443/carbon/"
RETURN = ("ha|Became CEP HA Passive Member", "thrift|Snapshot received.", "ha|CEP HA State successfully synced.", READY)
JOINING = [names.PASSIVE, names.SNAPSHOT, names.STATE_SYNCED, names.SPARK_REJOINED]


class Taking:
    """A flow whose events are all taken by node2, as many as there were tenths of a second."""

    def __init__(self, clock) -> None:
        self._clock = clock

    @property
    def batch(self) -> Batch:
        count = int(self._clock.monotonic() * 10)
        return Batch(tuple(SentEvent(f"e-{n}", n, 1, "node2", n / 10, 0.0, 200) for n in range(count)))


def watched(*plan: tuple[float, str], **changed: float) -> Promotion:
    """The survivor says these lines so many seconds after the fault; `changed` are zone and skew of its clock."""
    survivor = lab().nodes[1]
    vars(survivor).update(changed)
    return _watched(survivor, *plan)


def _watched(survivor: FakeLabNode, *plan: tuple[float, str]) -> Promotion:
    clock = survivor.clock
    clock.plan = [(at, lambda line=line: survivor.say(line)) for at, line in plan]
    promotion = Promotion(survivor, Taking(clock), BUDGETS, clock)
    return promotion.watch(survivor.log.mark(), clock.wall())


def phases(promotion: Promotion) -> dict[str, Phase]:
    return {phase.name: phase for phase in promotion.phases}


def phases_of_events(passage: dict[str, Any], utc_offset: int = 0) -> list[Phase]:
    """What the events of a trace say of node2, whose clock is so many seconds ahead."""
    fault, clock = failover_texts.FAULT.timestamp(), NodeClock(utc_offset=utc_offset)
    return event_phases("node2", EventTrace.from_json(passage), fault, BUDGETS, clock)


@pytest.mark.parametrize(("utc_offset", "ahead"), [(0, 0.0), (32400, 0.0), (0, 7200.0), (-18000, -0.8)])
def test_a_promotion_in_time_is_measured_by_the_log_whatever_zone_and_skew_the_node_has(utc_offset, ahead):
    promotion = watched((0.4, LEFT), (0.5, ACTIVE), utc_offset=utc_offset, ahead=ahead)
    found = phases(promotion)
    assert all(phase.in_time for phase in found.values())
    assert 0.4 <= found[names.MEMBER_LOST].seconds <= found[names.PROMOTED].seconds <= 0.6
    # The watch ends when the active took more than a window.
    assert len(promotion.flow.batch.events) >= BATCH


def test_events_prove_the_role_unless_none_was_accepted_or_came_out_or_before_it_was_sent():
    first, *rest = DURING["batch"]
    found = phases_of_events(DURING | {"batch": [first | {"seconds": 0.2}, *rest]})
    assert [phase.name for phase in found] == [names.EVENT_ACCEPTED, names.EVENT_OUT]
    assert all(phase.in_time for phase in found)
    assert [phase.seconds for phase in found] == [1.2, 1.05]
    assert [phase.found.partition(" at ")[0] for phase in found] == ["run-00012 to node2", "run-00012"]
    texts = {path: text for path, text in DURING["texts"]["node2"].items() if "trace" in path}
    assert phases_of_events(DURING | {"texts": DURING["texts"] | {"node2": texts}})[1].seconds is None
    refused = [{**event, "status": 503} for event in DURING["batch"]]
    assert phases_of_events(DURING | {"batch": refused})[0].found == "every event was refused"
    with pytest.raises(EvidenceError, match=r"emitted 7200\.0 s before it was sent, which is impossible"):
        phases_of_events(DURING, 7200)


def test_a_clock_that_is_known_badly_makes_a_phase_less_certain():
    survivor = lab().nodes[1]
    survivor.access.clock = lambda: Reading(survivor.clock.wall(), 0, 1.0004)
    found = phases(_watched(survivor, (0.4, LEFT), (0.5, ACTIVE)))
    assert found[names.PROMOTED].resolution == 1.001


def test_a_late_promotion_is_seen_and_out_of_its_budget_and_one_that_never_comes_ends_the_watch():
    promotion = watched((0.4, LEFT), (30.0, ACTIVE))
    late = phases(promotion)[names.PROMOTED]
    assert not late.in_time
    assert 30.0 <= late.seconds <= 30.1
    assert sum(event.at_wall >= 30.0 for event in promotion.flow.batch.events) >= BATCH
    assert phases(watched((0.4, LEFT)))[names.PROMOTED].seconds is None


def returned(*lines: str, workers: int = 2, survives: bool = True) -> Rejoin:
    """node1 says these lines when it is started again, node2 has survived, and its Spark master has these workers.

    It says after 5 s that it is connected to node1 again; `ended` is when what else sends events had to end.
    """
    made = lab()
    failed, survivor = made.nodes
    made.nodes = [survivor, failed]

    def start() -> None:
        for line in lines:
            failed.say(line)
        connected = "sync|CEP sync publisher initiated to Member '198.51.100.11:11224'"
        failed.clock.plan = [(5.0, lambda: survivor.say(connected))]

    running = (Application("app-1", "CarbonAnalytics", "RUNNING"),)
    view = MasterView("node2", "http://h/", "ALIVE", "ALIVE", ("w",) * workers, running)
    survivor.spark_ui = SimpleNamespace(master=lambda: view)
    survivor.access.pid = lambda: 22 if survives else None
    failed.access.start, failed.access.pid = start, lambda: 21
    kill = NodeDown(failed, failed.witness, clock=failed.clock)
    events = LabEvents(made, failed.witness, failed.clock)
    home = Rejoin(survivor, kill, events, BUDGETS, failed.clock)
    return home.watch(lambda: vars(home).update(ended=(failed.clock.now, events.sent)))


def test_a_good_return_passes_every_phase_and_events_after_it_are_watched_on_both_nodes():
    home = returned(*RETURN)
    assert [phase.name for phase in home.phases] == [names.NODE_BACK, *JOINING]
    assert all(phase.in_time for phase in home.phases)
    assert home.ended == (pytest.approx(5.0, abs=0.1), 0)
    assert home.after.ledger.processed_by("node1").exactly_once
    assert home.after.ledger.processed_by("node2").exactly_once


def test_what_does_not_come_is_missed():
    never_ready = returned(*RETURN[:-1])
    assert [(phase.name, phase.seconds) for phase in never_ready.phases] == [(names.NODE_BACK, None)]
    assert never_ready.after is None
    no_snapshot = returned(RETURN[0], READY)
    missed = {phase.name for phase in no_snapshot.phases if phase.seconds is None}
    assert missed == {names.SNAPSHOT, names.STATE_SYNCED}
    no_worker = returned(*RETURN, workers=1).phases[-1]
    assert "1 live workers" in no_worker.found
    assert no_worker.seconds is None


def test_a_node_that_comes_back_to_a_survivor_that_is_gone_is_not_waited_for():
    home = returned("ha|Became CEP HA Active Member", READY, survives=False)
    begun, missed = home.phases[0], home.phases[1:]
    assert (begun.name, begun.in_time) == (names.NODE_BACK, True)
    assert [phase.name for phase in missed] == JOINING
    assert {phase.found for phase in missed} == {"node2 does not run, so there is no active node to join"}
    assert home.after is None
