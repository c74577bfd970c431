"""The survivor's side of a failover: in time, too late, never, and with the role but without effect."""

from __future__ import annotations

from pathlib import Path

from conformance import deadlines
from conformance.events.lab_events import LabEvents
from conformance.failover import record as names
from conformance.failover.budgets import Budgets
from conformance.failover.phase import Phase
from conformance.failover.promotion import Promotion
from selftests.fake_lab import lab

LEFT = "wka|Member left [uuid]: /198.51.100.11:4000"
ACTIVE = "ha|Became CEP HA Active Member"
BUDGETS = Budgets(
    deadlines.MEMBER_LOST,
    deadlines.PROMOTION,
    deadlines.SPARK_TAKEOVER,
    deadlines.REJOIN,
    deadlines.STATE_SYNC,
    deadlines.EVENT_SYNC,
)


def watched(tmp_path: Path, *plan: tuple[float, str], silent: bool = False) -> Promotion:
    """The survivor says these lines so many seconds after the fault; a `silent` one puts no event out."""
    made = lab(tmp_path)
    survivor = made.nodes[1]
    # In the lab the first node puts events out.
    made.nodes = made.nodes if silent else [survivor]
    survivor.clock.plan = [(at, lambda line=line: survivor.say(line)) for at, line in plan]
    events = LabEvents(made, survivor.witness, survivor.clock)
    return Promotion(survivor, events, BUDGETS).watch(survivor.log.mark(), survivor.clock.wall())


def phases(promotion: Promotion) -> dict[str, Phase]:
    return {phase.name: phase for phase in promotion.phases}


def test_a_promotion_in_time_is_measured_by_the_log(tmp_path):
    found = phases(watched(tmp_path, (0.4, LEFT), (0.5, ACTIVE)))
    assert all(phase.in_time for phase in found.values())
    assert 0.4 <= found[names.MEMBER_LOST].seconds <= found[names.PROMOTED].seconds <= 0.6


def test_events_prove_the_role(tmp_path):
    promotion = watched(tmp_path, (0.4, LEFT), (0.5, ACTIVE))
    assert phases(promotion)[names.EVENT_OUT].in_time
    assert len(promotion.during.emitted_by("node2")) == 12


def test_a_late_promotion_is_seen_and_out_of_its_budget(tmp_path):
    late = phases(watched(tmp_path, (0.4, LEFT), (30.0, ACTIVE)))[names.PROMOTED]
    assert not late.in_time
    assert 30.0 <= late.seconds <= 30.1


def test_a_promotion_that_never_comes_ends_the_watch(tmp_path):
    promotion = watched(tmp_path, (0.4, LEFT))
    assert phases(promotion)[names.PROMOTED].seconds is None
    assert promotion.during is None


def test_a_role_without_output_is_no_promotion(tmp_path):
    promotion = watched(tmp_path, (0.5, ACTIVE), silent=True)
    assert phases(promotion)[names.PROMOTED].in_time
    assert phases(promotion)[names.EVENT_OUT].seconds is None
