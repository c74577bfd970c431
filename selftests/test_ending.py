"""How a run ends: signals, one after the other, and the steps that undo what it made."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from conformance.errors import ConformanceError
from conformance.session import ending
from conformance.session.ending import ENDING, OrderlyEnd
from conformance.targets.shared.teardown import Teardown
from reports import verify

#: A test and its fixture's end are both interrupted.
TWICE = """
@pytest.fixture
def thing(deployment):
    yield
    os.kill(os.getpid(), signal.{second})
    print("taken down in order")

@requirement("AA-01")
def test_a(thing):
    os.kill(os.getpid(), signal.{first})
"""


@pytest.fixture
def end() -> Iterator[OrderlyEnd]:
    """One that watches, until its run is over."""
    before = {number: signal.getsignal(number) for number in ENDING}
    with ExitStack() as stack:
        watching = OrderlyEnd()
        watching.watch(stack)
        yield watching
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", ENDING)
def test_the_first_interrupts_and_the_second_is_only_reported(end, number, capfd):
    with pytest.raises(KeyboardInterrupt, match=number.name):
        os.kill(os.getpid(), number)
    os.kill(os.getpid(), number)
    assert capfd.readouterr().err.strip().splitlines()[-1].startswith("the run is ending: it takes down")


def test_the_third_ends_at_once(end, monkeypatch):
    codes: list[int] = []
    monkeypatch.setattr(ending.os, "_exit", codes.append)
    end.begun()
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGTERM)
    assert codes == [2]


def test_a_run_that_ends_by_itself_is_not_broken_off(end, capfd):
    end.begun()
    os.kill(os.getpid(), signal.SIGINT)
    assert "the run is ending" in capfd.readouterr().err


def test_the_handlers_of_before_are_back_afterwards():
    before = [signal.getsignal(number) for number in ENDING]
    with ExitStack() as stack:
        OrderlyEnd().watch(stack)
        assert signal.getsignal(signal.SIGINT) != before[0]
    assert [signal.getsignal(number) for number in ENDING] == before


def test_what_is_left_of_an_interrupted_process_is_deaf(end):
    with ExitStack() as stack:
        inner = OrderlyEnd()
        inner.watch(stack)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)
    assert [signal.getsignal(number) for number in ENDING] == [signal.SIG_IGN] * len(ENDING)


@pytest.mark.parametrize(("first", "second"), [("SIGINT", "SIGINT"), ("SIGTERM", "SIGTERM"), ("SIGHUP", "SIGINT")])
def test_a_run_that_is_interrupted_twice_ends_in_order(project, first, second):
    project.suite("one", TWICE.format(first=first, second=second))
    code, printed = project.run_apart("-s")
    assert (code, verify.main([str(project.folder)])) == (2, 0)
    assert "taken down in order" in printed
    assert "Traceback" not in printed


def failing(text):
    def step():
        raise OSError(text)

    return step


def test_steps_run_in_reverse_order_and_once():
    done = []
    teardown = Teardown()
    for name in ("network", "database", "node"):
        teardown.push(name, lambda name=name: done.append(name))
    for _ in range(2):
        teardown.run()
        assert done == ["node", "database", "network"]


@pytest.mark.parametrize(("last", "raised", "expected"), [
    (failing("no such process"), ConformanceError, "node: no such process; network: busy"),
    (lambda: (_ for _ in ()).throw(KeyboardInterrupt), KeyboardInterrupt, "^$"),
], ids=["each failure is reported", "an interrupt comes after the other steps"])  # fmt: skip
def test_a_step_that_fails_keeps_no_other_from_running(last, raised, expected):
    done = []
    teardown = Teardown()
    teardown.push("network", failing("busy"))
    teardown.push("database", lambda: done.append("database"))
    teardown.push("node", last)
    with pytest.raises(raised, match=expected):
        teardown.run()
    assert done == ["database"]
