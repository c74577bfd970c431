"""The table of deadlines."""

from collections.abc import Iterator

import pytest

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.errors import ConformanceError


@pytest.fixture(autouse=True)
def unset_scale() -> Iterator[None]:
    """No scale but the test's own, and none left behind."""
    deadlines.set_scale(None)
    yield
    deadlines.set_scale(None)


def test_every_deadline_has_a_reason_and_a_name_of_its_own():
    table = [value for value in vars(deadlines).values() if isinstance(value, Deadline)]
    assert all(deadline.reason and deadline.seconds > 0 for deadline in table)
    assert len({deadline.name for deadline in table}) == len(table)
    assert (deadlines.PROMOTION.seconds, deadlines.SPARK_FAILOVER.seconds) == (25, 90)


def test_a_test_may_narrow_a_deadline_with_a_reason_of_its_own():
    narrow = deadlines.PROMOTION.within(2, "seen in 0.7 s")
    assert (narrow.limit, narrow.reason, narrow.name) == (2, "seen in 0.7 s", "promotion")


@pytest.mark.parametrize("wrong", ["fast", "", "0", "-1", "nan"])
def test_a_wrong_scale_in_the_environment_is_named(monkeypatch, wrong):
    monkeypatch.setenv(deadlines.SCALE_VARIABLE, wrong)
    with pytest.raises(ConformanceError, match=deadlines.SCALE_VARIABLE):
        deadlines.PROMOTION.limit  # noqa: B018 - reading it is the act
