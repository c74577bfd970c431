"""Waiting for a fact, without waiting."""

from contextlib import suppress
from unittest.mock import Mock

import pytest

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.errors import NotSeen
from conformance.waiting import answering, listening, pause, wait_for
from selftests.fake_clock import FakeClock

LIMIT = Deadline("promotion", 5, "15 s tick", "tryStateChangeInterval")


class Listener:
    def __init__(self) -> None:
        self.heard: list[object] = []

    def wait_started(self, what: str, deadline: Deadline) -> None:
        self.heard.append((what, deadline.name))

    def wait_ended(self, what: str, seconds: float, seen: bool) -> None:
        self.heard.append((what, round(seconds, 2), seen))


@pytest.mark.parametrize(("since", "slept"), [(None, 5), (1000.0, 5), (997.0, 2), (990.0, 0)])
def test_a_pause_counts_from_its_begin(since, slept):
    clock = FakeClock()
    pause(LIMIT, clock, since=since)
    assert clock.slept == [slept]


def test_the_first_true_answer_is_given_back_and_the_fact_asked_once_more_at_the_very_end():
    answers = iter([None, "", [], False, "active"])
    clock, late = FakeClock(), FakeClock()
    assert wait_for("role", lambda: next(answers), LIMIT, clock=clock) == "active"
    assert wait_for("late", lambda: late.now >= 1005, LIMIT, poll=4, clock=late)
    assert (clock.slept, late.slept) == ([0.02] * 4, [4, 1])


@pytest.mark.parametrize(("asked", "more", "last"), [
    (lambda: None, {"last": lambda: "passive"}, "passive"),
    (list, {}, "[]"),
    (Mock(side_effect=ConnectionRefusedError("port 9443")), {"ignoring": (OSError,)},
     "ConnectionRefusedError: port 9443"),
], ids=["described", "the last answer", "an ignored exception"])  # fmt: skip
def test_an_expired_wait_says_what_why_and_what_was_seen_last(asked, more, last):
    with pytest.raises(NotSeen) as caught:
        wait_for("role of node2", asked, LIMIT, clock=FakeClock(), **more)
    assert str(caught.value) == f"role of node2 not within 5 s (15 s tick); last seen: {last}"


def test_any_other_exception_goes_through_and_ends_the_wait():
    listener = Listener()
    with listening(listener), pytest.raises(ZeroDivisionError):
        wait_for("broken", lambda: 1 / 0, LIMIT, clock=FakeClock())
    assert listener.heard == [("broken", "promotion"), ("broken", 0.0, True)]


def test_only_a_limit_that_passed_is_a_fact_that_did_not_come():
    listener, clock = Listener(), FakeClock()
    with listening(listener), pytest.raises(NotSeen):
        wait_for("role", lambda: None, LIMIT, clock=clock)
    with listening(listener), suppress(TimeoutError), answering("POST", LIMIT, clock):
        raise TimeoutError("tried again")
    assert [entry[2] for entry in listener.heard if len(entry) == 3] == [False, True]


def test_listeners_hear_of_start_and_end():
    listener, clock = Listener(), FakeClock()
    with listening(listener):
        wait_for("role", lambda: clock.now > 1001, LIMIT, poll=1, clock=clock)
    wait_for("unheard", lambda: True, LIMIT, clock=clock)
    assert listener.heard == [("role", "promotion"), ("role", 2.0, True)]


def test_a_slow_machine_stretches_every_deadline(monkeypatch):
    monkeypatch.setattr(deadlines._Scale, "factor", None)
    monkeypatch.setenv(deadlines.SCALE_VARIABLE, "2")
    with pytest.raises(NotSeen, match="not within 10 s"):
        wait_for("role", lambda: None, LIMIT, clock=FakeClock())
