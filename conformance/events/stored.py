"""What the record store held before something broke, against what it holds in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

#: Ids that a message shows before it only counts.
SHOWN = 5


@dataclass(frozen=True)
class StoredIds:
    """Event ids in the record store, each as often as it was there."""

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def wrong(self) -> list[str]:
        """What was stored before the fault and is gone, and what is stored again since; for the operator."""
        left, known = set(self.after), Counter(self.before)
        lost = [one for one in dict.fromkeys(self.before) if one not in left]
        doubled = [one for one, times in Counter(self.after).items() if times > max(1, known[one])]
        told = [
            (
                lost,
                f"of {len(set(self.before))} events stored before the fault are gone from the record store",
            ),
            (doubled, f"of {len(left)} events are in the record store more than once"),
        ]
        return [f"{len(ids)} {what}: {_some(ids)}" for ids, what in told if ids]

    @classmethod
    def from_json(cls, told: Mapping[str, Sequence[str]]) -> StoredIds:
        """The ids in an observation."""
        return cls(tuple(told["before"]), tuple(told["after"]))


def _some(ids: Sequence[str]) -> str:
    return ", ".join(ids[:SHOWN]) + (" ..." if len(ids) > SHOWN else "")
