"""How long an outage takes: what is waited for runs side by side, and nothing is judged from less than before."""

from typing import Any
from unittest.mock import Mock

import pytest

from conformance import deadlines
from conformance.disruption.outages.notes import LEFT
from conformance.disruption.outages.outage import Outage
from conformance.disruption.outages.record import OutageRecord
from conformance.errors import EvidenceError
from conformance.events.passage import Passage
from conformance.node.log.roles import Role
from selftests import outage_texts
from selftests.outage_world import HELD, Broken, Prepared, World, outage_of, world

__all__ = ["world"]


class SlowBroken(Broken):
    """A fault whose proof takes so many seconds."""

    def __init__(self, world: World, seconds: float) -> None:
        super().__init__(world)
        self._seconds = seconds

    def inject(self, pair: Any) -> Any:
        took = super().inject(pair)
        self._world.clock.sleep(self._seconds)
        return took


@pytest.mark.parametrize(("proof", "lasts"), [(0, 12), (6, 12), (12, 12), (20, 20)])
def test_the_proof_is_part_of_the_time_for_which_a_fault_lasts_and_nodes_are_looked_at_after_the_grace(
    world, proof, lasts
):
    record = outage_of(world, SlowBroken(world, proof)).record
    assert record.healed_wall - record.fault_wall == pytest.approx(lasts)
    assert record.settled_wall - record.healed_wall == pytest.approx(deadlines.AFTER_HEALING.limit)


def test_what_comes_while_a_whole_cluster_is_proven_is_seen(world):
    world.repair = lambda: None
    world.clock.plan = [(HELD.limit + 9, lambda: world.say(1, "ha|Became CEP HA Active Member"))]
    assert outage_of(world, Broken(world)).record.nodes["node2"].role_healed is Role.ACTIVE


@pytest.mark.parametrize(("started_here", "moments"), [(True, []), (False, ["after it"])])
def test_only_a_lab_that_ends_with_the_run_is_left_as_it_is(world, started_here, moments, monkeypatch):
    asked: list[str] = []
    proven = world.proven
    monkeypatch.setattr(World, "proven", lambda _self, moment, **more: asked.append(moment) or proven(moment, **more))
    world.started_here = started_here
    record = outage_of(world, Broken(world), last=True).record
    assert asked == ["before it", *moments]
    assert (LEFT in record.notes) == started_here


@pytest.mark.parametrize(("started_here", "restored"), [(True, []), (False, ["after it"])])
def test_a_lab_that_lives_on_gets_its_settings_back_after_the_last_scenario(world, started_here, restored):
    world.started_here = started_here
    _ = outage_of(world, Prepared(world), last=True).record
    assert world.restored == restored


def open_record(world: World, stored: list[str]) -> Outage:
    """An outage whose record misses the rows of all events but those `stored`; the store holds them all now."""
    told = outage_texts.good("it")
    every = list(told["flow"]["stored"])
    told["flow"]["stored"], told["stored"]["after"], told["rows_open"] = stored, stored, True
    it = outage_of(world, Broken(world))
    world.clock.now = told["ended_wall"]
    world.witness.ask("cluster", "outage it", lambda: told)
    world.__dict__["stored"] = lambda: every
    return it


def test_rows_that_come_late_are_rows_and_not_counted_before_they_must_have_come(world):
    it = open_record(world, ["run-00000"])
    assert it.record.not_stored.startswith("stored: 59 of 60 accepted events missing")
    healed = it.record.healed_wall
    world.clock.now = healed + 10
    assert it.counted.not_stored == ""
    assert world.clock.now == pytest.approx(healed + deadlines.EVENT_CAUGHT_UP.limit)
    assert (it._lab.report[0]["losses"], len(it._lab.report)) == ([], 1)


def test_rows_that_never_come_and_rows_that_come_twice_are_told(world):
    it = open_record(world, ["run-00000"])
    world.__dict__["stored"] = lambda: ["run-00000", "run-00001", "run-00001"]
    counted = it.counted
    assert counted.not_stored.startswith("stored: 58 of 60")
    assert counted.stored.twice == ["run-00001"]


def test_a_record_without_missing_rows_is_not_counted_again(world):
    it = open_record(world, ["run-00000"])
    told = outage_texts.good("other")
    other = Outage("other", it._lab, Broken(world), HELD)
    world.witness.ask("cluster", "outage other", lambda: told)
    world.__dict__["stored"] = lambda: pytest.fail("nobody needs to count")
    assert other.counted == OutageRecord.from_json(told)


def test_a_count_that_fails_is_an_error(world):
    it = open_record(world, ["run-00000"])
    world.__dict__["stored"] = Mock(side_effect=EvidenceError("MySQL does not answer", "see its log"))
    with pytest.raises(EvidenceError, match="MySQL does not answer"):
        _ = it.counted


def test_a_passage_of_a_later_count_holds_only_its_own_events():
    record = OutageRecord.from_json(outage_texts.good())
    assert isinstance(record.flow, Passage)
    assert record.with_rows(["another", "run-00003"]).flow.stored == ("run-00003",)
