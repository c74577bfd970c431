"""Compares what the record store held before a fault with what it holds at the end."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from conformance.events.ledger import SHOWN
from conformance.evidence.recorded import Recorded
from conformance.text.printable import some


@dataclass(frozen=True)
class StoredIds(Recorded):
    """Event ids in the record store, repeated if stored more than once."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def lost(self) -> list[str]:
        """Ids stored before the fault that are gone, for the operator."""
        left = set(self.after)
        lost = [one for one in dict.fromkeys(self.before) if one not in left]
        total = len(set(self.before))
        return [f"{len(lost)} of {total} events stored before the fault are gone: {some(lost, SHOWN)}"] if lost else []

    @property
    def twice(self) -> list[str]:
        """Ids stored more often at the end than before the fault, and more than once."""
        known = Counter(self.before)
        return [one for one, times in Counter(self.after).items() if times > max(1, known[one])]

    def doubled(self, allowed: Collection[str] = ()) -> list[str]:
        """The ids of `twice` for the operator, without the `allowed` ones."""
        twice, total = [one for one in self.twice if one not in allowed], len(set(self.after))
        return [f"{len(twice)} of {total} events were stored more than once: {some(twice, SHOWN)}"] if twice else []

    @property
    def wrong(self) -> list[str]:
        """Lost and duplicated ids, if neither is allowed."""
        return [*self.lost, *self.doubled()]
