"""How a suite test names its requirement and how it tells that it cannot, or need not, judge it."""

from typing import NoReturn

import pytest

#: Name of the pytest mark that carries requirement ids.
MARK = "requirement"
#: Name of the pytest mark of a test that looks at what the whole run left on running nodes.
AFTERWARDS = "afterwards"
#: Name of the pytest mark of a test of the last scenario, after which nothing is made whole again.
LAST = "last"


class NotAssessed(pytest.skip.Exception):  # type: ignore[name-defined,misc]
    """The target, or this run of it, cannot show the fact: verdict not-assessed, the result at best PARTIAL."""


class NotApplicable(pytest.skip.Exception):  # type: ignore[name-defined,misc]
    """The page's own condition does not hold here: verdict not-applicable."""


def requirement(first: str, *more: str) -> pytest.MarkDecorator:
    """Mark a test as the proof of one or more requirement ids of suites/catalogue.toml."""
    return pytest.mark.requirement(first, *more)


def afterwards(*, whole: bool = False) -> pytest.MarkDecorator:
    """Mark a test that looks at what the whole run left on running nodes: it comes after all faults.

    One that asks a `whole` cluster comes before the last fault, after which that is not made whole again. The
    requirement may be of another kind, which other tests judge where nothing runs: there this one must not apply.
    """
    return pytest.mark.afterwards(whole=whole)


def last() -> pytest.MarkDecorator:
    """Mark a test of the last scenario: it comes after all others, as nothing is made whole again after it."""
    return pytest.mark.last


def not_assessed(reason: str) -> NoReturn:
    """End the test: the fact cannot be shown, `reason` says why and goes into the report."""
    raise NotAssessed(reason)


def not_applicable(condition: str) -> NoReturn:
    """End the test: `condition` names the page's condition that does not hold, e.g. "no node is presenter"."""
    raise NotApplicable(condition)
