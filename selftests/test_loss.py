"""What was lost, when and at which hop; what the store held before and holds now."""

import pytest

from conformance.events.loss import Window, longest_gap, losses, rates
from conformance.events.passage import Passage
from conformance.events.stored import StoredIds
from selftests import event_texts, failover_texts

FAULT = 100.0


def passed(count: int = 12, *, missing_rows: int = 0, unprocessed: int = 0) -> Passage:
    """So many events from the fault on, one each 0.1 s, of which the last are missing."""
    texts = {"node1": event_texts.passed(range(count - unprocessed))}
    told = failover_texts.passage(range(count), texts, "node1", FAULT)
    told["stored"] = told["stored"][: count - missing_rows]
    return Passage.from_json(told)


def told(passage: Passage) -> list[str]:
    return [text for loss in losses(passage, ("node1",)) if (text := loss.described(FAULT))]


def test_a_loss_tells_hop_number_second_and_node_and_a_long_one_its_ends():
    assert told(passed()) == []
    assert told(passed(missing_rows=3)) == [
        "stored: 3 of 12 accepted events missing (1 in second +0 to node1, 2 in second +1 to node1; first run-00009)"
    ]
    assert [text.split(":")[0] for text in told(passed(unprocessed=1))] == ["processed by node1"]
    assert told(passed(count=90, missing_rows=85)) == [
        "stored: 85 of 90 accepted events missing (85 to node1, in seconds +0 to +8; first run-00005)"
    ]


@pytest.mark.parametrize(("end", "outside"), [(200.0, 0), (101.0, 1), (100.5, 3)])
def test_losses_inside_of_a_window_are_told_apart(end, outside):
    stored = losses(passed(missing_rows=3), ())[-1]
    assert len(stored.outside(Window(FAULT, end, "test")).events) == outside


@pytest.mark.parametrize(("times", "gap"), [([], 10.0), ([2.0, 3.0], 7.0), ([0.0, 9.0, 99.0], 9.0)])
def test_the_longest_gap_counts_the_ends(times, gap):
    assert longest_gap(times, 0.0, 10.0) == gap


def test_rates_count_each_second_since_the_fault():
    found = rates(passed(missing_rows=2), FAULT)
    names = ("second", "sent", "accepted", "put_out", "stored")
    assert [tuple(one[name] for name in names) for one in found] == [(0, 10, 10, 10, 10), (1, 2, 2, 2, 0)]


def test_rows_are_compared_before_and_after():
    assert StoredIds(("a", "b"), ("a", "b", "c")).wrong == []
    # One that was there twice before is not told again.
    assert StoredIds(("a", "a"), ("a", "a", "b")).wrong == []
    assert StoredIds(("a", "b"), ("b", "c", "c")).wrong == [
        "1 of 2 events stored before the fault are gone: a",
        "1 of 2 events were stored more than once: c",
    ]
