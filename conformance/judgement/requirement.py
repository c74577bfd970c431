"""How a test names its requirement, and how it says that it cannot or need not judge."""

from collections.abc import Callable
from typing import NoReturn, TypeVar

import pytest

#: Name of the pytest mark with requirement ids.
MARK = "requirement"
#: Name of the pytest mark of a test that checks the state of running nodes after all faults.
AFTERWARDS = "afterwards"
#: Name of the pytest mark of a test of the last scenario, after which nothing is repaired.
LAST = "last"
_Read = TypeVar("_Read")


class NotAssessed(pytest.skip.Exception):  # type: ignore[name-defined,misc]
    """The target, or this run of it, cannot show the fact: verdict not-assessed, so the result is at best PARTIAL."""


class NotApplicable(pytest.skip.Exception):  # type: ignore[name-defined,misc]
    """A condition of the page does not hold here: verdict not-applicable."""


def requirement(first: str, *more: str) -> pytest.MarkDecorator:
    """Mark a test as the proof of one or more requirement ids of suites/catalogue.toml."""
    return pytest.mark.requirement(first, *more)


def afterwards(*, whole: bool = False) -> pytest.MarkDecorator:
    """Mark a test that checks the state of running nodes after the whole run, so it runs after all faults.

    A test that needs a `whole` cluster runs before the last fault, after which the cluster is not repaired. The
    requirement may have another kind, judged by other tests; if nothing runs, this test must be not-applicable.
    """
    return pytest.mark.afterwards(whole=whole)


def last() -> pytest.MarkDecorator:
    """Mark a test of the last scenario: it runs after all others, as nothing is repaired after it."""
    return pytest.mark.last


def not_assessed(reason: str) -> NoReturn:
    """End the test because the fact cannot be shown; `reason` goes into the report."""
    raise NotAssessed(reason)


def if_assessed(read: Callable[[], _Read]) -> _Read | None:
    """What `read` returns; None if the target cannot show it, such as a file that was not handed in."""
    try:
        return read()
    except NotAssessed:
        return None


def not_applicable(condition: str) -> NoReturn:
    """End the test because a condition of the page does not hold, e.g. "no node is presenter"."""
    raise NotApplicable(condition)
