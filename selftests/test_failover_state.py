"""The plan's window over a failover: continued, begun again, or with a hole."""

from types import SimpleNamespace

import pytest

from conformance.disruption.failover.state import _first, _follows, _took_before, in_plan_order, window_breaks
from conformance.events import traces
from selftests import event_texts


def answers(text: str):
    return traces.answered(text, "trace.log")


def test_a_window_that_continues_or_is_not_known_yet_has_no_break():
    text = event_texts.passed(range(12, 24), before=range(12))
    assert window_breaks(range(12), answers(text)) == []
    assert window_breaks([], answers(event_texts.passed(range(5, 9), before=range(5)))) == []
    assert window_breaks([], answers(event_texts.passed(range(5, 15)))) == []


def test_a_window_that_began_again_is_reported_with_the_missing_events():
    text = event_texts.passed(range(12, 14))
    first, _ = window_breaks(range(12), answers(text))
    assert "event run-00012: found sum 4096 over 1 events, expected 8184 over 10 (events 3 to 12)" in first
    assert "missing from the window: 3, 4, 5, 6, 7, 8, 9, 10, 11" in first


def test_a_single_hole_is_named_and_an_event_counted_twice_is_a_break():
    text = event_texts.passed([12], before=[*range(7), *range(8, 12)])
    (problem,) = window_breaks(range(12), answers(text))
    assert "missing from the window: 7" in problem
    text = event_texts.passed([12], before=[*range(11), 11, 11])
    assert len(window_breaks(range(12), answers(text))) == 1


def test_answers_written_down_out_of_turn_are_no_break_but_one_that_is_missing_is():
    took = [event_texts.passed([seq], before=range(seq)) for seq in range(12, 24)]
    written = [*took[:3], took[5], took[3], took[4], *took[7:5:-1], *took[8:]]
    assert window_breaks(range(12), answers("".join(written))) == []
    text = event_texts.passed([12], before=range(12)) + event_texts.passed([14], before=range(14))
    (message,) = window_breaks(range(12), answers(text))
    assert "event run-00014" in message
    assert "missing from the window: 4" in message


#: Events that a node took while it refused the ones between: the last two swapped, and 86 has the value of 126.
SPARSE = [40, 42, 44, 46, 48, 86, 88, 90, 92, 94, 124, 126]


def taken(seqs: list[int]) -> list[str]:
    return [event_texts.passed([seq], before=seqs[:number]) for number, seq in enumerate(seqs)]


def test_answers_out_of_turn_are_no_break_where_the_window_spans_more_than_the_values():
    texts = taken(SPARSE)
    written = [*texts[9:-2], texts[-1], texts[-2]]
    assert window_breaks(SPARSE[:9], answers("".join(written))) == []


def test_an_event_that_is_lost_is_still_a_break_there():
    texts = taken([*SPARSE[:-2], *SPARSE[-1:]])
    found = window_breaks(
        SPARSE[:9], answers("".join([*texts[9:-1], event_texts.passed([124], before=SPARSE[:8]), texts[-1]]))
    )
    assert "event run-00124" in found[0]


#: The values of the first ones come again from 40 on, and the node took them in another order than they were sent.
AGAIN = [0, 1, 5, 6, 7, 8, 2, 3, 4, 9, *range(40, 52)]


def test_two_events_of_one_value_in_a_window_turn_no_order_round():
    written = taken(AGAIN)[10:]
    assert [one.seq for one in in_plan_order(answers("".join(written)))] == AGAIN[10:]


@pytest.mark.parametrize("at", range(10, len(AGAIN) - 1))
def test_answers_out_of_turn_are_put_right_there_too_and_which_came_first_is_known_by_the_events_before(at):
    written = taken(AGAIN)
    written[at : at + 2] = reversed(written[at : at + 2])
    assert window_breaks(AGAIN[:at], answers("".join(written[at:]))) == []
    # 40 to 42 replace events of their own values: no sum shows which of them came first.
    if at >= 12:
        assert [one.seq for one in in_plan_order(answers("".join(written[9:])))] == AGAIN[9:]


@pytest.mark.parametrize(("total", "follows"), [(14, True), (12, True), (10, True), (8, False), (15, False)])
def test_an_answer_follows_another_by_its_own_event_and_at_most_one_that_leaves(total, follows):
    assert _follows(SimpleNamespace(total=total, seq=3), SimpleNamespace(total=6)) is follows


def test_an_answer_that_hides_an_event_shows_no_order():
    shown, hiding = SimpleNamespace(total=1, events=1, seq=0), SimpleNamespace(total=3, events=3, seq=1)
    assert not _took_before(shown, hiding)
    assert not _took_before(hiding, SimpleNamespace(total=14, events=3, seq=3))


@pytest.mark.parametrize(("place", "taken"), [(1, 1), (3, 3), (4, 0)])
def test_four_answers_may_stand_in_another_order(place, taken):
    assert _first(range(9), lambda one: one == place) == taken
