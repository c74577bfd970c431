"""Keeps the run in pytest's configuration, for all hooks and fixtures that need it."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from conformance.files.disk import Unwritable
from conformance.session.run import Run

RUN = pytest.StashKey[Run]()


@contextmanager
def ending_the_run_if_unwritable() -> Generator[None, None, None]:
    """End the run if something cannot be written, as its verdicts would be lost."""
    try:
        yield
    except Unwritable as problem:
        pytest.exit(str(problem), pytest.ExitCode.USAGE_ERROR)
