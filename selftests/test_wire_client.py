"""What became of one client's events: taken, arrived, lost, doubled, seconds without service."""

from conformance.events.batch import Batch, SentEvent, value_of
from conformance.events.loss import Window
from conformance.events.wire_client import WireClient

URLS = "{tcp://a:7611|tcp://b:7611}"


def sent(seq: int, node: str = "node1", problem: str = "", at: float | None = None) -> SentEvent:
    at = seq * 0.1 if at is None else at
    return SentEvent(f"e-{seq}", seq, value_of(seq), node, at, 0.0, 200 if node else 0, problem)


def client(*stored: int, events: list[SentEvent] | None = None) -> WireClient:
    batch = Batch(tuple(events or [sent(seq) for seq in range(10)]))
    return WireClient(URLS, batch, tuple(f"e-{seq}" for seq in stored))


WINDOW = Window(0.25, 0.55, "the switch")


def test_a_client_that_lost_nothing_has_nothing_wrong():
    found = client(*range(10))
    assert found.wrong(WINDOW, 0.0) == []
    assert (len(found.arrived), found.doubled, round(found.without_service, 3)) == (10, (), 0.1)


def test_loss_inside_of_the_window_is_counted_only():
    found = client(0, 1, 2, 6, 7, 8, 9)
    assert found.wrong(WINDOW, 0.0) == []
    assert found.summary()["lost"] == 3
    assert round(found.without_service, 3) == 0.4


def test_loss_outside_of_the_window_is_told_with_the_client():
    (told,) = client(0, 1, 2, 3, 4, 5, 6, 7, 8).wrong(WINDOW, 0.0)
    assert told.startswith(f"client {URLS}: stored: 1 of 10 accepted events missing")
    assert "outside of the disruption (0.3 s: the switch)" in told


def test_a_double_is_wrong_unless_the_client_sent_twice_or_it_is_of_the_switch():
    events = [sent(0), sent(1, problem="node1 is gone"), sent(2)]
    assert client(0, 1, 1, 2, events=events).wrong(WINDOW, 0.0) == []
    assert client(0, 1, 1, 2, 2, events=events).wrong(WINDOW, 0.0) == [f"client {URLS}: stored more than once: e-2"]
    assert client(*range(10), 4).wrong(WINDOW, 0.0) == []


def test_an_event_that_nobody_took_is_neither_owed_nor_lost():
    events = [sent(0), sent(1, node="", problem="both are gone"), sent(2)]
    found = client(0, 2, events=events)
    assert found.wrong(WINDOW, 0.0) == []
    summary = found.summary()
    assert (summary["sent"], summary["taken"], summary["arrived"], summary["sent_again"]) == (3, 2, 2, 1)


def test_a_client_is_what_was_recorded():
    found = client(0, 1)
    assert WireClient.from_json(found.as_json()) == found


def test_a_client_whose_events_never_arrive_is_without_service_all_the_time():
    assert round(client().without_service, 3) == 0.9
