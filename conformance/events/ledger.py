"""What became of each event, hop by hop: sent, accepted, processed, emitted, stored. Pure set arithmetic over ids."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from conformance.evidence.recorded import Recorded
from conformance.text.printable import some

#: How many ids a message lists; it only counts the rest.
SHOWN = 5


class Hop(NamedTuple):
    """A place that every expected id must reach; `found` is in the order of arrival."""

    name: str
    expected: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def lost(self) -> tuple[str, ...]:
        """Expected ids that did not arrive, in the expected order."""
        came = set(self.found)
        return tuple(one for one in self.expected if one not in came)

    @property
    def doubled(self) -> tuple[str, ...]:
        """Ids that arrived more than once, each listed once, by first arrival."""
        return tuple(one for one, times in Counter(self.found).items() if times > 1)

    @property
    def reordered(self) -> tuple[str, ...]:
        """Ids that arrived after an id that was sent later (first arrivals only)."""
        place = {one: number for number, one in enumerate(self.expected)}
        highest, late = -1, []
        for one in dict.fromkeys(self.found):
            if one in place:
                late += [one] if place[one] < highest else []
                highest = max(highest, place[one])
        return tuple(late)

    @property
    def exactly_once(self) -> bool:
        """Whether every expected id arrived exactly once, in any order."""
        return not (self.lost or self.doubled)

    def __str__(self) -> str:
        kinds = {"lost": self.lost, "doubled": self.doubled, "out of order": self.reordered}
        wrong = [f"{kind} {len(ids)}: {some(ids, SHOWN)}" for kind, ids in kinds.items() if ids]
        right = len(set(self.expected) - set(self.lost) - set(self.doubled))
        return f"{self.name}: {right} of {len(self.expected)} events exactly once" + "".join(
            f"; {one}" for one in wrong
        )


@dataclass(frozen=True)
class EventLedger:
    """Ids at every hop: `processed` and `output` by node, `stored` in the record store. Accepted ids must arrive."""

    sent: tuple[str, ...]
    accepted: tuple[str, ...]
    processed: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    output: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    stored: tuple[str, ...] = ()

    def processed_by(self, node: str) -> Hop:
        """The execution plan of one node."""
        return Hop(f"processed by {node}", self.accepted, self._mine(self.processed.get(node, ())))

    def output_of(self, *nodes: str) -> Hop:
        """The publishers of these nodes together."""
        found = [one for node in nodes for one in self.output.get(node, ())]
        return Hop(f"output by {' and '.join(nodes)}", self.accepted, self._mine(found))

    @property
    def stored_once(self) -> Hop:
        """The rows in the record store."""
        return Hop("stored", self.accepted, self._mine(self.stored))

    @property
    def processing_faults(self) -> list[str]:
        """What is wrong with the processing on any node; empty if each node processed every event once."""
        hops = [self.processed_by(node) for node in self.processed]
        return [str(hop) for hop in hops if not hop.exactly_once]

    @property
    def hops(self) -> list[Hop]:
        """Every hop: processed by each node, output by all nodes together, stored."""
        return [*(self.processed_by(node) for node in self.processed), self.output_of(*self.output), self.stored_once]

    @property
    def refused(self) -> tuple[str, ...]:
        """Ids that were sent but not accepted: the client knows about these and may send them again."""
        taken = set(self.accepted)
        return tuple(one for one in self.sent if one not in taken)

    def as_json(self) -> dict[str, object]:
        """Counts for the report: what was lost, duplicated or reordered at each hop."""
        return {
            "sent": len(self.sent),
            "accepted": len(self.accepted),
            "refused": list(self.refused),
            "hops": [
                {
                    "name": hop.name,
                    "expected": len(hop.expected),
                    "found": len(hop.found),
                    "lost": list(hop.lost),
                    "doubled": list(hop.doubled),
                    "reordered": list(hop.reordered),
                }
                for hop in self.hops
            ],
        }

    def _mine(self, ids: Sequence[str]) -> tuple[str, ...]:
        """Keep only the ids of this sending: logs and tables hold others. Ids without an answer may have arrived."""
        mine = set(self.sent)
        return tuple(one for one in ids if one in mine)


@dataclass(frozen=True)
class StoredIds(Recorded):
    """Event ids in the record store before a fault and at the end, repeated if stored more than once."""

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
