import pytest

from conformance.errors import ConformanceError
from conformance.targets.shared.teardown import Teardown


def failing(text):
    def step():
        raise OSError(text)

    return step


def test_steps_run_in_reverse_order():
    done = []
    teardown = Teardown()
    for name in ("network", "database", "node"):
        teardown.push(name, lambda name=name: done.append(name))

    teardown.run()

    assert done == ["node", "database", "network"]


def test_a_step_that_fails_keeps_no_other_from_running_and_each_failure_is_told():
    done = []
    teardown = Teardown()
    teardown.push("network", failing("busy"))
    teardown.push("database", lambda: done.append("database"))
    teardown.push("node", failing("no such process"))

    with pytest.raises(ConformanceError, match=r"node: no such process; network: busy"):
        teardown.run()

    assert done == ["database"]


def test_an_interrupt_comes_after_the_other_steps():
    done = []
    teardown = Teardown()
    teardown.push("network", lambda: done.append("network"))
    teardown.push("node", lambda: (_ for _ in ()).throw(KeyboardInterrupt))

    with pytest.raises(KeyboardInterrupt):
        teardown.run()

    assert done == ["network"]


def test_a_second_run_does_nothing():
    done = []
    teardown = Teardown()
    teardown.push("node", lambda: done.append("node"))

    teardown.run()
    teardown.run()

    assert done == ["node"]
