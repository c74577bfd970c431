"""HTTP event receiver of a node: POST /endpoints/<receiver> (docs/product/event-receiver.md#http-receiver)."""

import time
from collections.abc import Mapping
from typing import NamedTuple

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.errors import EvidenceError
from conformance.node.services.http_session import HttpSession


class Sending(NamedTuple):
    """One POST: when (epoch seconds), duration, HTTP status or 0 for no answer, and then `problem`."""

    at_wall: float
    seconds: float
    status: int
    problem: str = ""


class EventReceiver:
    """Posts events to one receiver of one node over plain HTTP, without credentials."""

    def __init__(self, http: HttpSession, name: str) -> None:
        self._http = http
        self.node = http.node
        self.path = f"endpoints/{name}"

    def offered(self) -> bool:
        """Whether the receiver's endpoint is deployed, without sending an event. EvidenceError as for any call."""
        answer = self._http.call("OPTIONS", self.path, deadline=deadlines.HTTP_ANSWER)
        # An unknown path redirects to the console's login.
        if answer.status not in (200, 302, 404):
            raise EvidenceError(
                f"{answer.where}: expected 200, 302 or 404", "CSRFGuard must leave /endpoints/* unprotected"
            )
        return answer.status == 200

    def post(self, payload: Mapping[str, object], *, deadline: Deadline = deadlines.EVENT_ACCEPTED) -> Sending:
        """Send one event in the default JSON mapping; never raises for the network: see the returned problem."""
        at_wall, started = time.time(), time.monotonic()
        try:
            body = {"event": {"payloadData": dict(payload)}}
            answer = self._http.post(self.path, json=body, deadline=deadline)
        except EvidenceError as problem:
            return Sending(at_wall, round(time.monotonic() - started, 4), 0, str(problem))
        return Sending(at_wall, answer.seconds, answer.status)
