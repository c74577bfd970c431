"""What a client sent: the events of one batch, in order, and whether the receiver took each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from conformance.errors import EvidenceError
from conformance.events.artifacts import WINDOW

#: Values repeat after so many events. Each is a power of two, so a window's sum tells which events are in it.
CYCLE = 40
assert CYCLE > 2 * WINDOW


def value_of(seq: int) -> int:
    """The value that event number `seq` carries."""
    return 1 << (seq % CYCLE)


@dataclass(frozen=True)
class SentEvent:
    """One event: `status` is the HTTP status, 0 when no answer came; `at_wall` seconds since the epoch when sent."""

    id: str
    seq: int
    value: int
    node: str
    at_wall: float
    seconds: float
    status: int
    problem: str = ""

    @property
    def accepted(self) -> bool:
        """Whether the receiver answered 200. It processes later: a malformed event is dropped in the log only."""
        return self.status == 200


@dataclass(frozen=True)
class Batch:
    """Events in the order sent."""

    events: tuple[SentEvent, ...]

    @property
    def sent(self) -> tuple[str, ...]:
        """Ids of all."""
        return tuple(event.id for event in self.events)

    @property
    def accepted(self) -> tuple[str, ...]:
        """Ids of those that the receiver took."""
        return tuple(event.id for event in self.events if event.accepted)

    def demand(self, minimum: int) -> Batch:
        """This batch. EvidenceError when fewer than `minimum` were taken: "nothing was lost" is not true of nothing."""
        if len(self.accepted) >= minimum:
            return self
        refused = next((event for event in self.events if not event.accepted), None)
        refusal = f"; {refused.id} got {refused.problem or f'HTTP {refused.status}'}" if refused else ""
        where = self.events[0].node if self.events else "no node"
        raise EvidenceError(
            f"{where}: the event receiver took {len(self.accepted)} of {len(self.events)} events, "
            f"at least {minimum} are needed to judge{refusal}",
            "404: receiver not deployed (wso2carbon.log); 403: CSRFGuard must leave /endpoints/* unprotected",
        )

    def __add__(self, other: Batch) -> Batch:
        return Batch(self.events + other.events)

    def as_json(self) -> list[dict[str, Any]]:
        """As it is recorded."""
        return [asdict(event) for event in self.events]

    @classmethod
    def from_json(cls, recorded: Iterable[dict[str, Any]]) -> Batch:
        """The batch that `as_json` gave."""
        return cls(tuple(SentEvent(**event) for event in recorded))
