"""What a log itself shows that explains errors beside it: the peer was lost or came back, the node was shut down."""

from datetime import timedelta

from conformance.deadlines import SPARK_FAILOVER
from conformance.node.log.event import LogEvent
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import MEMBER_JOINED, MEMBER_LEFT, NOTICED_EARLIER, SHUTDOWN

#: Values of `after` in the list of tolerated errors.
PEER_LOST = "peer lost"
OWN_SHUTDOWN = "shutdown"
KINDS = (PEER_LOST, OWN_SHUTDOWN)

#: The last thing that a loss, or a return, brings is that Spark gives up the workers and executors that were there.
_BRINGS = timedelta(seconds=SPARK_FAILOVER.seconds)
#: Which lines explain, for how long, and from how long before them.
_LINES = {
    PEER_LOST: ((MEMBER_LEFT, NOTICED_EARLIER, _BRINGS), (MEMBER_JOINED, timedelta(), _BRINGS)),
    OWN_SHUTDOWN: ((SHUTDOWN, timedelta(), timedelta.max),),
}
#: What a message says of an event that nothing of the kind explains.
LIMITS = {
    PEER_LOST: f"is tolerated only up to {SPARK_FAILOVER.seconds:g} s after the peer left or came back in this log",
    OWN_SHUTDOWN: f"is tolerated only after {SHUTDOWN.text!r}",
}


class Explanations:
    """The lines of a section that explain errors of it."""

    def __init__(self, section: LogSection) -> None:
        self._spans = {kind: _spans(kind, section) for kind in KINDS}

    def of(self, kind: str, event: LogEvent) -> LogEvent | None:
        """The last line that explains the event; None when there is none."""
        spans = self._spans[kind]
        return next((line for line, before, after in reversed(spans) if -before <= event.at - line.at <= after), None)


def _spans(kind: str, section: LogSection) -> list[tuple[LogEvent, timedelta, timedelta]]:
    lines = _LINES[kind]
    events = section.written_by(*(logger for line, _, _ in lines for logger in line.loggers))
    return [(event, before, after) for event in events for line, before, after in lines if line.matches(event, {})]
