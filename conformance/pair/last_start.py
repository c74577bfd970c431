"""The newest start in a node's log: what "the last start" means where restarts may have followed the cluster's."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from conformance.judgement.requirement import not_assessed
from conformance.node.log.carbon_log import NodeLog
from conformance.node.log.reading import LogSection
from conformance.node.log.start_exceptions import STARTED
from conformance.pair.cluster_start import while_whole

#: A long log is asked about often, and mostly it is the same start.
_while_whole = lru_cache(maxsize=4)(while_whole)


@dataclass(frozen=True)
class LastStart:
    """The newest start in a node's log, and what `whole` of it was logged while the cluster was whole.

    `restarted` tells that another start than this one formed the cluster, `again` that the log holds an earlier one.
    """

    section: LogSection
    whole: LogSection
    restarted: bool = False
    again: bool = False

    @property
    def aftermath(self) -> LogSection:
        """What follows the loss of the peer or the node's own shutdown, to the end of the log; mostly nothing."""
        rest = self.section.events[len(self.whole) :]
        return LogSection(self.section.node, f"{self.section.title}, when the cluster had lost a node", rest)

    def complete(self) -> LogSection:
        """What was logged while the cluster was whole. NotAssessed when it is a restart that has not come to its end.

        That of the cluster's own start is judged in any case: what it lacks never came.
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
    """The newest start in a log that was handed in; of a deployment that this run started, the start of that.

    What such a run's own faults add to a log is judged by the requirements of those.
    """
    start = log.deployment_start()
    if started_here:
        return LastStart(start, start)
    *earlier, newest = log.starts()
    return LastStart(newest, _while_whole(newest), restarted=newest.head != start.head, again=bool(earlier))


def since_start(log: NodeLog, *, started_here: bool) -> LogSection:
    """All that a node logged since the start that formed the cluster; that start alone if this run started it."""
    start = log.deployment_start()
    if started_here:
        return start
    starts = log.starts()
    first = next(number for number, one in enumerate(starts) if one.head == start.head)
    events = tuple(chain.from_iterable(starts[first:]))
    return LogSection(start.node, f"log since {start.title}", events)
