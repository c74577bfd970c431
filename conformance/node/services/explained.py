"""An answer that does not come in time, with its reason as far as that is known."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from conformance.errors import EvidenceError
from conformance.node.services.http_session import NoAnswer


@contextmanager
def explained(why: Callable[[], str]) -> Iterator[None]:
    """Let an answer that does not come in time tell why, as far as `why` knows. EvidenceError as it was otherwise."""
    try:
        yield
    except NoAnswer as problem:
        cause = why()
        raise EvidenceError(f"{problem.what}{f'; {cause}' if cause else ''}", problem.remedy) from None
