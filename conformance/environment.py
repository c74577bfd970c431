"""Checks that this Python has the suite's libraries, and otherwise prints one clear line."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from conformance.project import ROOT

#: The Python of tox's environment for the suite.
_PYTHON = ".tox/conformance/bin/python"


@contextmanager
def needed() -> Iterator[None]:
    """Exit with code 2 if a library is missing; a missing part of the suite itself is a bug and is raised."""
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
