"""Checks that tests can fail: verdicts come from `assert` statements, which Python and pytest may disable."""

import sys
from collections.abc import Iterable

import pytest

from conformance.errors import ConformanceError

_REMEDY = "leave out -O, PYTHONOPTIMIZE, --assert=plain and -p no:assertion"
#: A name in each module whose assertions pytest has rewritten so that they show both values.
_REWRITTEN = "@pytest_ar"


def demand(config: pytest.Config) -> None:
    """ConformanceError if assertions are not executed, or do not explain their failures."""
    if not executed():
        raise ConformanceError(f"Python leaves assertions out (optimised: {sys.flags.optimize})", _REMEDY)
    if config.getoption("assertmode", None) != "rewrite":
        raise ConformanceError("pytest does not rewrite assertions, so that a failure would explain nothing", _REMEDY)


def demand_rewritten(items: Iterable[pytest.Item]) -> None:
    """ConformanceError for the first test in a module that pytest has not rewritten."""
    for item in items:
        if isinstance(item, pytest.Function) and _REWRITTEN not in vars(item.module):
            raise ConformanceError(f"{item.nodeid}: the assertions of its file are not rewritten", _REMEDY)


def executed() -> bool:
    """Try an assertion that fails."""
    try:
        assert not __name__
    except AssertionError:
        return True
    return False
