"""The newest start in a node's log, if restarts may have followed the start that formed the cluster."""

from functools import lru_cache
from typing import NamedTuple

from conformance.judgement.requirement import not_assessed
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.events import Events
from conformance.node.log.reading import LogSection
from conformance.node.log.start_exceptions import STARTED
from conformance.pair.cluster_start import while_whole

#: A long log is asked for often, usually about the same start.
_while_whole = lru_cache(maxsize=4)(while_whole)


class LastStart(NamedTuple):
    """The newest start in a node's log; `whole` is its part while the cluster was complete.

    `restarted`: another start formed the cluster; `again`: the log has an earlier start.
    """

    section: LogSection
    whole: LogSection
    restarted: bool = False
    again: bool = False

    @property
    def aftermath(self) -> LogSection:
        """The log from the loss of the peer or the node's own shutdown to its end; usually empty."""
        rest = self.section.events[len(self.whole) :]
        return LogSection(self.section.node, f"{self.section.title}, when the cluster had lost a node", rest)

    def complete(self) -> LogSection:
        """The part while the cluster was complete. NotAssessed for a restart that has not ended yet.

        The cluster's own start is judged in any case: a line that it lacks was never logged.
        """
        if self.restarted and not STARTED.all_in(self.section):
            begin = self.section.events[0]
            not_assessed(
                f"{self.section.node} {begin.path}: a later start at line {begin.line} has no {STARTED.text!r}: wait "
                "until the node is up and hand in its log again, or fix what stopped it; its last event is "
                f"{self.section.events[-1]}"
            )
        return self.whole


def last_start(log: NodeLog, *, started_here: bool) -> LastStart:
    """The newest start in a log handed in; if this run started the deployment, the deployment's start.

    What this run's own faults add to the log is judged by the requirements about them.
    """
    start = log.deployment_start()
    if started_here:
        return LastStart(start, start)
    *earlier, newest = log.starts()
    return LastStart(newest, _while_whole(newest), restarted=newest.head != start.head, again=bool(earlier))


def since_start(log: NodeLog, *, started_here: bool) -> LogSection:
    """Everything logged since the start that formed the cluster; only that start if this run started it."""
    start = log.deployment_start()
    if started_here:
        return start
    starts = log.starts()
    first = next(number for number, one in enumerate(starts) if one.head == start.head)
    events = Events.joined(start.events for start in starts[first:])
    return LogSection(start.node, f"log since {start.title}", events)
