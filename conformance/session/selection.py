"""Which of the collected tests a run executes, by the user's choice: requirements, level, phases."""

from dataclasses import dataclass

import pytest

from conformance.errors import ConformanceError
from conformance.files.handed_file import shown
from conformance.judgement import collection
from conformance.judgement.catalogue import Catalogue, Kind, Level

#: Levels for --level, each with the levels that it includes.
LEVELS = {"must": (Level.MUST,), "should": (Level.MUST, Level.SHOULD)}


@dataclass(frozen=True)
class Selection:
    """A test must fit all given criteria; None fits all. Excluded tests make the result PARTIAL at best."""

    only: frozenset[str] | None = None
    level: str | None = None
    phases: frozenset[Kind] | None = None

    def of(self, items: list[pytest.Item], catalogue: Catalogue) -> list[pytest.Item]:
        """The chosen tests, in order."""
        return [item for item in items if self._fits(item, catalogue)]

    def _fits(self, item: pytest.Item, catalogue: Catalogue) -> bool:
        ids = collection.ids_of(item)
        if self.only is not None and not self.only & set(ids):
            return False
        if self.level and not any(catalogue[one].level in LEVELS[self.level] for one in ids):
            return False
        # A test of several kinds runs with the last of them.
        return self.phases is None or max(collection.kinds_of(item, catalogue), key=list(Kind).index) in self.phases


def phases(text: str | None) -> frozenset[Kind] | None:
    """The phases of --phase; None if it is not given. ConformanceError for an unknown phase."""
    if text is None:
        return None
    names = text.replace(",", " ").split()
    known = ", ".join(kind.value for kind in Kind)
    if not names:
        raise ConformanceError(f"--phase {shown(text)!r} names no phase", f"give one or more of {known}")
    wrong = [name for name in names if name not in [kind.value for kind in Kind]]
    if wrong:
        raise ConformanceError(f"--phase: no phase is called {shown(' or '.join(wrong))}", f"they are {known}")
    return frozenset(Kind(name) for name in names)
