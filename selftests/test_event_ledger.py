"""The event ledger on hand-written histories: lost, doubled and reordered events, and where."""

import pytest

from conformance.errors import EvidenceError
from conformance.events.batch import Batch, SentEvent
from conformance.events.ledger import EventLedger, Hop

IDS = tuple("abcdef")


def batch(*statuses: int) -> Batch:
    events = [
        SentEvent(IDS[n], n, 1 << n, "node1", 0.0, 0.1, status, "" if status else "refused")
        for n, status in enumerate(statuses)
    ]
    return Batch(tuple(events))


@pytest.mark.parametrize(
    ("came", "lost", "doubled", "late"),
    [
        ("abcdef", "", "", ""),
        ("abdef", "c", "", ""),
        ("abcdefccc", "", "c", ""),
        ("abdecf", "", "", "c"),
        ("abcdee", "f", "e", ""),
    ],
)
def test_a_late_event_alone_is_still_exactly_once(came, lost, doubled, late):
    hop = Hop("stored", IDS, tuple(came))
    assert (hop.lost, hop.doubled, hop.reordered) == (tuple(lost), tuple(doubled), tuple(late))
    assert hop.exactly_once is not bool(lost or doubled)


def test_a_hop_counts_what_it_lost():
    assert str(Hop("stored", IDS, IDS)) == "stored: 6 of 6 events exactly once"
    assert str(Hop("output", IDS, tuple("abdef"))) == "output: 5 of 6 events exactly once; lost 1: c"


def test_many_ids_are_counted_not_listed():
    assert "lost 6: a, b, c, d, e and 1 more" in str(Hop("stored", IDS, ()))


def test_only_accepted_events_of_the_batch_are_owed():
    ledger = EventLedger(IDS, IDS[:4], {"node1": IDS[:4]}, {"node1": IDS[:4]}, IDS[:4])
    assert ledger.stored_once.exactly_once
    assert ledger.refused == ("e", "f")
    ledger = EventLedger(IDS[:2], IDS[:2], {"node1": ("x", "a", "b", "y")}, {}, ("x", "a", "b"))
    assert not ledger.processing_faults
    assert ledger.stored_once.exactly_once


def test_the_node_that_lost_events_is_named_and_an_output_by_both_is_doubled():
    ledger = EventLedger(IDS, IDS, {"node1": IDS, "node2": ()}, {}, IDS)
    assert ledger.processing_faults == [
        "processed by node2: 0 of 6 events exactly once; lost 6: a, b, c, d, e and 1 more"
    ]
    ledger = EventLedger(IDS, IDS, {}, {"node1": IDS, "node2": ("c",)}, IDS)
    assert ledger.output_of("node1", "node2").doubled == ("c",)


def test_the_json_counts_every_hop():
    ledger = EventLedger(IDS, IDS[:5], {"node1": IDS, "node2": IDS}, {"node1": IDS, "node2": ()}, (*"acbdd",))
    told = ledger.as_json()
    assert (told["sent"], told["accepted"], told["refused"]) == (6, 5, ["f"])
    assert told["hops"][-1] == {
        "name": "stored", "expected": 5, "found": 5, "lost": ["e"], "doubled": ["d"], "reordered": ["b"],
    }  # fmt: skip
    assert [hop["name"] for hop in told["hops"]] == [
        "processed by node1", "processed by node2", "output by node1 and node2", "stored",
    ]  # fmt: skip


def test_too_little_accepted_work_cannot_be_judged():
    with pytest.raises(EvidenceError, match=r"took 1 of 3 events, at least 3 are needed to judge; b got HTTP 404"):
        batch(200, 404, 0).demand(3)
    with pytest.raises(EvidenceError, match="no node: the event receiver took 0 of 0 events"):
        batch().demand(1)
    assert batch(200, 200).demand(2) == batch(200, 200)


def test_a_batch_survives_its_record():
    assert Batch.from_json(batch(200, 0).as_json()) == batch(200, 0)
