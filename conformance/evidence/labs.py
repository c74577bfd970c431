"""The labs of one run in one evidence: what the second lab answered stands under a scope of its own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: How the labs of a run are called in its evidence; the first is where everything is that needs no lab of its own.
FIRST, SECOND = "", "second lab"
#: Once asked of the cluster: which scenarios the second lab has, and how it ended ({"exit_code", "problem", "remedy"}).
SCENARIOS, END = "scenarios of the second lab", "end of the second lab"
#: Folder of its logs, in that of the run's.
KEPT_IN = "second-lab"
#: Between a scope and what is asked within it.
BEHIND = " > "
_lab: ContextVar[str] = ContextVar("lab_that_is_asked", default=FIRST)


def current() -> str:
    """The lab that is asked now."""
    return _lab.get()


@contextmanager
def inside(lab: str) -> Iterator[None]:
    """What is asked inside this context is answered by that lab."""
    token = _lab.set(lab)
    try:
        yield
    finally:
        _lab.reset(token)


def scope_in(lab: str, scope: str) -> str:
    """A scope of that lab, as the evidence has it."""
    return BEHIND.join(filter(None, (lab, scope)))


def of_second(scope: str) -> bool:
    """Whether a scope is one of the second lab."""
    return scope == SECOND or scope.startswith(SECOND + BEHIND)


def is_inner(scope: str) -> bool:
    """Whether what has this scope was asked while another question was being answered."""
    return BEHIND in scope.removeprefix(SECOND + BEHIND)
