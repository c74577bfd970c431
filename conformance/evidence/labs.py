"""Keeps the labs of one run apart in its evidence: answers of the second lab get a scope of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

#: Names of a run's labs in its evidence; the first also holds everything that does not belong to a lab.
FIRST, SECOND = "", "second lab"
#: Asked of the cluster once: the second lab's scenarios, and how it ended ({"exit_code", "problem", "remedy"}).
SCENARIOS, END = "scenarios of the second lab", "end of the second lab"
#: Folder of the second lab's logs inside the run's folder.
KEPT_IN = "second-lab"
#: Separates a scope from a question asked within it.
BEHIND = " > "
_lab: ContextVar[str] = ContextVar("lab_that_is_asked", default=FIRST)


def current() -> str:
    """The lab that answers now."""
    return _lab.get()


@contextmanager
def inside(lab: str) -> Iterator[None]:
    """Questions asked inside this context are answered by that lab."""
    token = _lab.set(lab)
    try:
        yield
    finally:
        _lab.reset(token)


def scope_in(lab: str, scope: str) -> str:
    """The scope of that lab as it appears in the evidence."""
    return BEHIND.join(filter(None, (lab, scope)))


def of_second(scope: str) -> bool:
    """Whether the scope belongs to the second lab."""
    return scope == SECOND or scope.startswith(SECOND + BEHIND)


def is_inner(scope: str) -> bool:
    """Whether an observation with this scope was asked while another question was being answered."""
    return BEHIND in scope.removeprefix(SECOND + BEHIND)
