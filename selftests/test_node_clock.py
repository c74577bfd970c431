"""A node's clock: what `date` may print, how a skew is separated from the way there, what is read by a wrong clock."""

from datetime import datetime

import pytest

from conformance.deadlines import PROMOTION
from conformance.deployment.interface import Reading, reading_here
from conformance.errors import EvidenceError
from conformance.evidence.store import read_evidence
from conformance.evidence.witness import Witness
from conformance.node.clock import DRIFT, NodeClock, node_clock, reading_of
from conformance.node.log.roles import RoleHistory
from conformance.targets.shared.spawning import environment
from selftests.fake_lab import FakeLabNode, lab
from selftests.fake_node import FakeAccess, StillClock

NOON = datetime(2026, 11, 22, 12, 0)
TOKYO = 9 * 3600


@pytest.mark.parametrize(("text", "reading"), [
    ("+0900 1795384704.123456789\n", Reading(1795384704.123456789, TOKYO)),
    ("-0330 1795384704.5", Reading(1795384704.5, -12600)),
    ("+0000 1795384704.", Reading(1795384704.0, 0, 1.0)),
    ("+0000 1795384704.N", Reading(1795384704.0, 0, 1.0)),
    ("+0000 1795384704.%N", Reading(1795384704.0, 0, 1.0)),
])  # fmt: skip
def test_date_is_read_with_and_without_fractions(text, reading):
    assert reading_of(text, "node1") == reading


@pytest.mark.parametrize("text", [
    "", "sh: date: not found", "1795384704.5", "+0900", "+09:00 1795384704.5", "+0990 1.5", "+0000 -5.5", "+0000 1.5 x",
])  # fmt: skip
def test_what_is_no_time_is_no_evidence(text):
    with pytest.raises(EvidenceError, match=r"node1: date '\+%z %s\.%N' on its host printed"):
        reading_of(text, "node1")


def slow(clock: StillClock, seconds: float, ahead: float) -> FakeAccess:
    """A node that is asked over a line that takes so long each way."""

    def read() -> Reading:
        clock.sleep(seconds)
        there = Reading(clock.wall() + ahead, 0)
        clock.sleep(seconds)
        return there

    return FakeAccess("node1", clock=read)


@pytest.mark.parametrize(("ahead", "correction"), [(7200.0, 7200.0), (-3.0, -3.0), (0.1, 0.0), (-0.19, 0.0)])
def test_a_skew_within_its_uncertainty_is_not_corrected(ahead, correction):
    clock = StillClock()
    found = node_clock(slow(clock, 0.2, ahead), Witness.silent(), clock)
    assert (found.skew, found.uncertainty, found.correction) == (pytest.approx(ahead), 0.2, pytest.approx(correction))


def test_the_quickest_of_several_readings_counts():
    clock, pauses = StillClock(), iter([2.0, 0.2464, 3.0, 4.0, 5.0])

    def read() -> Reading:
        clock.sleep(next(pauses))
        return Reading(clock.wall(), 0)

    found = node_clock(FakeAccess(clock=read), Witness.silent(), clock)
    assert (found.skew, found.uncertainty) == (0.123, 0.123)


def test_a_clock_is_read_once_and_replayed(tmp_path):
    access, witness = FakeAccess(clock=lambda: Reading(StillClock().wall(), TOKYO)), Witness.recording(tmp_path)
    first = node_clock(access, witness, StillClock())
    access.clock = lambda: Reading(5.0, 0)
    witness.close()
    assert node_clock(access, witness) == first
    assert node_clock(access, Witness.replaying(read_evidence(tmp_path))) == first


def test_a_clock_shows_its_zone_and_skew_and_a_log_time_is_given_by_this_machines_clock():
    assert str(NodeClock(TOKYO, -0.5, 0.02)) == "UTC+09:00, 0.500 s behind (± 0.020 s)"
    assert str(NodeClock(skew=0.5)) == "UTC, 0.500 s ahead (± 0.000 s)"
    assert NodeClock().wall(NOON) - NodeClock(TOKYO, 7200.0, 0.1).wall(NOON) == TOKYO + 7200


def node_that_says(**changed: float) -> FakeLabNode:
    """A node 100 s after it was started."""
    node = lab().nodes[1]
    vars(node).update(changed)
    node.clock.now = 100.0
    return node


@pytest.mark.parametrize("changed", [{"utc_offset": TOKYO}, {"ahead": 7200.0}, {"utc_offset": -18000, "ahead": -30.0}])
def test_what_was_waited_for_is_reported_in_any_zone(changed):
    node = node_that_says(**changed)
    mark = node.log.mark()
    node.say("ha|Became CEP HA Active Member")
    seen = node.log.wait_for("^Became", after=mark, deadline=PROMOTION)
    assert node.log.wall(seen) == pytest.approx(100.0, abs=0.001)
    assert RoleHistory(node.access, node.witness).changes[-1].at_wall == pytest.approx(100.0, abs=0.001)


def test_a_line_from_the_future_is_no_evidence():
    node = node_that_says()
    _ = node.log.clock
    node.ahead = 2 * DRIFT
    mark = node.log.mark()
    node.say("ha|Became CEP HA Active Member")
    seen = node.log.wait_for("^Became", after=mark, deadline=PROMOTION)
    with pytest.raises(EvidenceError, match=r"logged 2\.0 s after it was read \(clock: UTC, 0\.000 s ahead"):
        node.log.wall(seen)


def test_what_the_lab_starts_runs_in_utc_wherever_it_stands():
    assert environment()["TZ"] == "UTC"
    assert reading_here().utc_offset == 0
