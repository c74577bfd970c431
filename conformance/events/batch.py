"""What a client sent: the events of a batch, in order, and whether the receiver accepted each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from conformance.errors import EvidenceError
from conformance.events.artifacts import WINDOW

#: Values repeat after this many events. Each is a power of two, so a window's sum shows which events it holds.
CYCLE = 40
assert CYCLE > 2 * WINDOW


def value_of(seq: int) -> int:
    """The value that event number `seq` carries."""
    return 1 << (seq % CYCLE)


class SentEvent(NamedTuple):
    """One event: `status` is the HTTP status, 0 if no answer came; `at_wall` is when it was sent (epoch seconds)."""

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
        """Whether the receiver answered 200. It processes later; if it drops a malformed event, its log says so."""
        return self.status == 200


class Batch(NamedTuple):
    """Events in the order sent."""

    events: tuple[SentEvent, ...]

    @property
    def sent(self) -> tuple[str, ...]:
        """The ids of all events."""
        return tuple(event.id for event in self.events)

    @property
    def accepted(self) -> tuple[str, ...]:
        """The ids of the accepted events."""
        return tuple(event.id for event in self.events if event.accepted)

    def demand(self, minimum: int) -> Batch:
        """This batch. EvidenceError if fewer than `minimum` were accepted: "nothing was lost" needs some events."""
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

    def as_json(self) -> list[dict[str, Any]]:
        """The recorded form."""
        return [event._asdict() for event in self.events]

    @classmethod
    def from_json(cls, recorded: Iterable[dict[str, Any]]) -> Batch:
        """The batch from the result of `as_json`."""
        return cls(tuple(SentEvent(**event) for event in recorded))
