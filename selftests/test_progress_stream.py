"""The stream of progress: what gets into it, how it is cleaned, and what a person sees of it."""

import threading
from typing import Any

import pytest

from conformance.deadlines import Deadline
from conformance.disruption.failover.budgets import patient
from conformance.errors import ConformanceError
from conformance.progress import stream as module
from conformance.progress.lines import SILENT, Lines
from conformance.progress.state import State, Wait, minutes
from conformance.progress.stream import LONGEST, Stream
from selftests.fake_clock import FakeClock

LIMIT = Deadline("selftest", 20, "selftest")


class Kept:
    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.closed = 0

    def record(self, record: dict[str, Any], _state: State) -> None:
        self.records.append(record)

    def look(self, _state: State, _now: float) -> None: ...

    def close(self) -> None:
        self.closed += 1

    def kinds(self) -> list[str]:
        return [str(record["kind"]) for record in self.records]


@pytest.fixture
def view() -> Kept:
    return Kept()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def stream(view: Kept, clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> Stream:
    """A stream whose time passes only when a test lets it."""
    monkeypatch.setattr(Stream, "_tick", lambda _self: None)
    made = Stream(clock)
    made.show(view)
    return made


def test_nothing_is_kept_that_no_one_looks_at_and_a_view_is_closed_once(stream, view):
    made = Stream()
    made.did("node1 SIGKILL")
    assert (made.on, made.state) == (False, State())
    stream.close()
    stream.close()
    stream.did("no one sees this")
    assert (view.closed, view.records, stream.on) == (1, [], False)


def test_a_view_gets_each_record_with_its_time(stream, view, clock):
    clock.now = 1007.5
    stream.did("node1 SIGKILL", 0.4)
    stream.add("alive", nothing=None)
    did = {"kind": "did", "text": "node1 SIGKILL", "seconds": 0.4}
    assert view.records == [{"at": 1007.5, **did}, {"at": 1007.5, "kind": "alive"}]


def test_texts_steer_no_terminal_hold_no_secret_and_are_short(stream, view):
    stream.did("a \x1b[2J\r\nb\u202e" + "x" * 1000)
    stream.clean = lambda text: text.replace("s3cret", "***")
    stream.did("password s3cret")
    first, second = (record["text"] for record in view.records)
    assert first.startswith(r"a \x1b[2J\x0d\nb\u202e")
    assert (len(first), first[-2:]) == (LONGEST, " …")
    assert second == "password ***"


@pytest.mark.parametrize(("deadline", "more"), [(LIMIT, {}), (patient(LIMIT), {"until": 40})])
def test_a_wait_is_worth_a_word_after_a_second(stream, view, clock, deadline, more):
    stream.wait_started("node2: Spark master ALIVE", deadline)
    stream._tell_waits()
    assert view.records == []
    clock.sleep(1)
    stream._tell_waits()
    stream._tell_waits()
    stream.wait_ended("node2: Spark master ALIVE", 6.1, True)
    assert view.kinds() == ["wait", "waited"]
    assert view.records[0] | {"at": 0} == {
        "at": 0, "kind": "wait", "what": "node2: Spark master ALIVE", "since": 1000.0, "limit": 20, **more,
    }  # fmt: skip


@pytest.mark.parametrize(("until", "seconds", "said"), [
    (60, 61, ""),
    (60, 62, " (over its limit: what is asked does not answer)"),
    (120, 62, " (too late; up to 120 s to see how late)"),
    (120, 122, " (over its limit: what is asked does not answer)"),
])  # fmt: skip
def test_a_wait_is_late_by_the_limit_that_is_judged(until, seconds, said):
    assert Wait("rows", 1000.0, 60.0, until).text(1000.0 + seconds) == f"waiting for rows, {seconds} s of 60{said}"


def test_waits_of_two_threads_do_not_end_one_another(stream, clock):
    stream.wait_started("the same", LIMIT)
    other = threading.Thread(target=lambda: (stream.wait_started("the same", LIMIT), clock.sleep(2)))
    other.start()
    other.join()
    stream._tell_waits()
    stream.wait_ended("the same", 2, True)
    assert [wait.since for wait in stream.state.waits] == [1000.0]
    stream.wait_ended("never began", 2, True)
    assert len(stream._waits) == 1


def test_a_hung_wait_is_seen_as_such(stream, clock):
    stream.wait_started("it", LIMIT)
    clock.sleep(31)
    stream._tell_waits()
    assert "waiting for it, 31 s of 20 (over its limit: what is asked does not answer)" in stream.state.lines(clock.now)


def test_who_counts_stored_events_is_waited_for_by_no_one(stream):
    stream._counter = threading.get_ident()
    stream.wait_started("MySQL", LIMIT)
    assert stream._waits == []


@pytest.mark.parametrize("method", ["record", "close"])
def test_a_view_that_breaks_breaks_no_run_and_no_other_view(stream, view, method):
    broken = Kept()
    setattr(broken, method, lambda *_: 1 / 0)
    stream.show(broken)
    stream.did("node1 SIGKILL")
    stream.did("node2 SIGKILL")
    stream.close()
    assert (len(view.records), view.closed) == (2, 1)


def test_events_are_counted_while_they_flow(view, monkeypatch):
    monkeypatch.setattr(module, "LOOK", 0.005)
    monkeypatch.setattr(module, "COUNT", 0.01)
    made, answers = Stream(), iter(range(0, 1000, 10))
    seen = threading.Event()

    def record(record: dict[str, Any], _state: State) -> None:
        if record["kind"] == "events" and record.get("stored"):
            seen.set()

    view.record = record
    made.show(view)
    with made.following(lambda: next(answers)):
        made.sent(accepted=True)
        assert seen.wait(30)
    made.close()


def test_a_store_that_does_not_answer_is_shown_as_unknown(stream, monkeypatch):
    monkeypatch.setattr(module, "COUNT", 0)
    ended = threading.Event()

    def count() -> int:
        ended.set()
        raise ConformanceError("MySQL does not answer", "see its log")

    stream._stored = 7.0
    stream._count(count, ended)
    stream.state.take({"at": 1, "kind": "events", "sent": 20, "accepted": 10})
    assert stream.state.lines(1)[-1] == "events a second: 20 sent, 10 accepted, – stored"


RUN = [
    {"kind": "run", "run_id": "friday", "target": "embedded", "since": 940},
    {"kind": "left", "seconds": 125},
    {"kind": "tests", "phase": "fault", "done": 400, "total": 485, "failed": 2},
    {"kind": "scenario", "name": "failover there", "number": 1, "of": 13},
    {"kind": "did", "text": "node1 SIGKILL, gone after", "seconds": 0.04},
    {"kind": "did", "text": "node2 promoted", "seconds": 0.8},
    {"kind": "wait", "what": "node2: Spark master ALIVE", "since": 1000, "limit": 60},
    {"kind": "events", "sent": 20, "accepted": 10, "stored": 9.6},
]


def test_a_person_sees_the_run_the_scenario_what_was_done_and_what_is_waited_for():
    state = State()
    for record in RUN:
        state.take({"at": 1000, **record})
    assert state.lines(1006.1) == [
        "run friday, embedded · 1:06 · about 1:58 left · fault: test 400 of 485, 2 failed",
        "scenario 1 of 13: active node killed (failover there), 6 s",
        "node1 SIGKILL, gone after 0.0 s · node2 promoted 0.8 s",
        "waiting for node2: Spark master ALIVE, 6 s of 60",
        "events a second: 20 sent, 10 accepted, 10 stored",
    ]
    state.take({"at": 1007, "kind": "waited", "what": "node2: Spark master ALIVE", "seconds": 7, "seen": True})
    state.take({"at": 1007, "kind": "scenario_end", "name": "failover there", "seconds": 7})
    assert len(state.lines(1007)) == 1


@pytest.mark.parametrize(("left", "step", "seconds", "said"), [
    (125, 100, 0, "about 2:05 left"),
    (125, 100, 60.5, "about 1:04 left"),
    (125, 100, 109, "about 0:25 left"),
    (125, 100, 111, "at least 0:25 left, longer than usual"),
    (20, 20, 25, "about to end"),
    (20, 20, 31, "longer than usual"),
])  # fmt: skip
def test_the_time_left_counts_down_whatever_else_is_recorded_and_says_when_a_step_is_late(left, step, seconds, said):
    state = State()
    state.take({"at": 1000, "kind": "left", "seconds": left, "step": step})
    state.take({"at": 1000 + seconds, "kind": "alive"})
    assert state.lines(1000 + seconds) == [f"{minutes(seconds)} · {said}"]


def test_a_stage_of_the_start_shows_how_long_it_took_before():
    state = State()
    state.take({"at": 10, "kind": "stage", "name": "node1 ready", "expected": 13.4})
    state.take({"at": 12, "kind": "part", "done": 1, "total": 4})
    assert state.lines(15)[1] == "node1 ready, 5 s of about 13, 25 %"
    state.take({"at": 20, "kind": "staged", "name": "node1 ready", "seconds": 10})
    assert state.lines(20)[1] == "node1 ready 10.0 s"
    state.take({"at": 21, "kind": "stage", "name": "node2 ready"})
    state.take({"at": 22, "kind": "broken", "name": "node2 ready"})
    assert state.lines(23)[1:] == ["node1 ready 10.0 s · node2 ready FAILED"]
    state.take({"at": 23, "kind": "tests", "phase": "files", "done": 1, "total": 9, "failed": 0})
    assert state.lines(23) == ["0:13 · files: test 1 of 9"]


def test_a_log_gets_a_line_for_each_thing_that_happened():
    after = [
        {"kind": "waited", "what": "rows", "seconds": 45.2, "seen": False},
        {"kind": "waited", "what": "a role", "seconds": 4, "seen": True},
        {"kind": "scenario_end", "name": "failover there", "seconds": 61.4},
        {"kind": "tests", "phase": "live", "done": 3, "total": 9, "failed": 1, "change": True},
        {"kind": "stage", "name": "MySQL", "expected": 4.2},
        {"kind": "stage", "name": "homes"},
        {"kind": "staged", "name": "homes", "seconds": 0.31},
        {"kind": "broken", "name": "node1 ready"},
    ]
    found: list[str] = []
    view, state = Lines(found.append), State()
    for record in ({"at": 1000, **one} for one in [*RUN, *after]):
        state.take(record)
        view.record(record, state)
    # Behind the time of day.
    assert all(line[2] == line[5] == ":" and line.endswith("\n") for line in found)
    assert [line[10:-1] for line in found] == [
        "scenario 1 of 13: active node killed (failover there), about 2:05 left of the run",
        "  node1 SIGKILL, gone after 0.0 s",
        "  node2 promoted 0.8 s",
        "  not seen within 45 s, the run goes on: rows",
        "active node killed (failover there): 61 s",
        "live: 3 of 9 tests are over, 1 failed",
        "MySQL ... (about 4 s)",
        "homes ...",
        "homes: 0.3 s",
        "node1 ready: FAILED",
    ]


def test_a_log_is_never_silent_for_long():
    found: list[str] = []
    view, state = Lines(found.append), State()
    for record in RUN[:1] + RUN[-2:]:
        state.take({"at": 1000, **record})
        view.record({"at": 1000, **record}, state)
    for now in range(1000, 1031):
        view.look(state, float(now))
    waiting = "waiting for node2: Spark master ALIVE, {} s of 60"
    assert [line[10:-1] for line in found] == [waiting.format(seconds) for seconds in (12, 24)]
    assert SILENT < 15
