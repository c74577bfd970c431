"""The run that pytest's configuration carries, for every hook and fixture that needs it."""

from collections.abc import Generator
from contextlib import contextmanager

import pytest

from conformance.files.disk import Unwritable
from conformance.session.run import Run

RUN = pytest.StashKey[Run]()


@contextmanager
def written() -> Generator[None, None, None]:
    """What cannot be written ends the run: its verdicts would be lost."""
    try:
        yield
    except Unwritable as problem:
        pytest.exit(str(problem), pytest.ExitCode.USAGE_ERROR)
