"""The environment that a command needs: one clear line for a Python that lacks the suite's libraries."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from conformance.project import ROOT

#: What every environment of tox that runs the suite has.
_PYTHON = ".tox/conformance/bin/python"


@contextmanager
def needed() -> Iterator[None]:
    """End the process with exit code 2 where a library is missing; a missing part of the suite is a bug, and raised."""
    try:
        yield
    except ModuleNotFoundError as problem:
        name = str(problem.name).partition(".")[0]
        if (ROOT / name).exists():
            raise
        print(f"error: {sys.executable} lacks {name} - {_remedy(sys.orig_argv[1:])}", file=sys.stderr)
        sys.exit(2)


def _remedy(arguments: list[str]) -> str:
    again = f"run {' '.join([_PYTHON, *arguments])}"
    return again if (ROOT / _PYTHON).exists() else f"let tox -e conformance make the environment once, then {again}"
