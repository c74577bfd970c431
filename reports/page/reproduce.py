"""The command that judges the same again, out of the arguments of a run."""

import shlex
from collections.abc import Iterator, Sequence

#: What `tox -e conformance` itself puts before the arguments that it was given.
_OF_TOX = ("-c", "pyproject.toml")
_RUN_ID = "--run-id"


def command(argv: Sequence[str]) -> str:
    """As a shell takes it; without the run's own id, under which a report lies already."""
    given = list(_without_run_id(argv[len(_OF_TOX) :] if tuple(argv[: len(_OF_TOX)]) == _OF_TOX else argv))
    return shlex.join(["tox", "-e", "conformance", *(["--", *given] if given else [])])


def _without_run_id(argv: Sequence[str]) -> Iterator[str]:
    rest = iter(argv)
    for one in rest:
        if one == _RUN_ID:
            next(rest, None)
        elif not one.startswith(f"{_RUN_ID}="):
            yield one
