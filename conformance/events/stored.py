"""What the record store held before something broke, against what it holds in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from conformance.events.ledger import SHOWN
from conformance.text.listed import some


@dataclass(frozen=True)
class StoredIds:
    """Event ids in the record store, each as often as it was there."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def lost(self) -> list[str]:
        """What was stored before the fault and is gone, for the operator."""
        left = set(self.after)
        lost = [one for one in dict.fromkeys(self.before) if one not in left]
        total = len(set(self.before))
        return [f"{len(lost)} of {total} events stored before the fault are gone: {some(lost, SHOWN)}"] if lost else []

    @property
    def twice(self) -> list[str]:
        """Ids that were stored again since."""
        known = Counter(self.before)
        return [one for one, times in Counter(self.after).items() if times > max(1, known[one])]

    def doubled(self, allowed: Collection[str] = ()) -> list[str]:
        """The same for the operator, without those that may be there twice."""
        twice, total = [one for one in self.twice if one not in allowed], len(set(self.after))
        return [f"{len(twice)} of {total} events were stored more than once: {some(twice, SHOWN)}"] if twice else []

    @property
    def wrong(self) -> list[str]:
        """Both, where neither may be."""
        return [*self.lost, *self.doubled()]

    @classmethod
    def from_json(cls, recorded: Mapping[str, Sequence[str]]) -> StoredIds:
        """The ids in an observation."""
        return cls(tuple(recorded["before"]), tuple(recorded["after"]))
