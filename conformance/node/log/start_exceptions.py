"""Log messages that the page expects during a start: which are harmless, until when, and the remedies."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime

from conformance.errors import EvidenceError
from conformance.node.clock import NodeClock
from conformance.node.log.event import LogEvent
from conformance.node.log.ordered_block import LogLine
from conformance.node.log.reading import LogSection
from conformance.node.log.start_lines import SYNC_FAILED, SYNCED

STARTED = LogLine("org.wso2.carbon.core.internal.StartupFinalizerServiceComponent", "WSO2 Carbon started in {n} sec")
_CLIENT = "^Started Spark CLIENT in the cluster"
_SPARK = "org.wso2.carbon.analytics.spark.core.internal.SparkAnalyticsExecutor"
_NO_PLANS = "No execution plans exist"
_NO_CONTEXT = "Spark SQL Context is not available"
#: Found by its text: Java 8 uses the class as the logger, later versions the package, a bridge anything.
_OF_PREFERENCES = "system pref"
_PREFERENCES = re.compile(
    r"(?i)could(?: not|n't) (?:lock|flush|create|write) (?:the )?system pref(?:s|erences)(?:\.|:|,|$| directory| file)"
    r"|system preferences are unusable"
)
_LOCAL = "^Using 'local' with Carbon clustering is deprecated"

#: The remedies of the page, or of the code behind it.
PLANS_REMEDY = (
    "the passive node has not taken over the active's state: deploy the active's execution plans on it too "
    "(page: Starting the cluster, first exception)"
)
CONTEXT_REMEDY = (
    "the Spark cluster was not instantiated, mostly because it could not bind the address of axis2.xml; "
    "go through Required configurations, emphasising step 6"
)
PREFERENCES_REMEDY = (
    "Java cannot write its system preferences: make <DIR>/.java/.systemPrefs writable for the user that runs DAS, "
    "and start with -Djava.util.prefs.systemRoot=<DIR>/.java, or put that into wso2server.sh"
)
LOCAL_REMEDY = (
    "harmless: DAS then runs as if 'carbon.spark.master carbon' were set; write that into spark-defaults.conf"
)

#: Events that a message lists; the others are counted.
_QUOTED = 5


def unhealed_syncs(section: LogSection) -> list[LogEvent]:
    """State syncs that failed for lack of execution plans, without a successful sync later."""
    events = section.written_by(*SYNCED.loggers, *SYNC_FAILED.loggers)
    outcomes = [event for event in events if SYNCED.matches(event, {}) or SYNC_FAILED.matches(event, {})]
    last = max((number for number, event in enumerate(outcomes) if SYNCED.matches(event, {})), default=-1)
    return [event for event in outcomes[last + 1 :] if _NO_PLANS in event.message]


def contextless_queries(section: LogSection, peer: LogSection, clocks: Mapping[str, NodeClock]) -> list[LogEvent]:
    """Queries without a Spark SQL context although the start was complete; `peer` is the other node's start.

    `clocks`: both nodes'. The start is complete once the cluster's Spark client, which is on one of the nodes, was
    started, or if it never was, once both servers were. EvidenceError if a log does not show that.
    """
    failed = section.holding(_NO_CONTEXT)
    if not failed:
        return []
    own = next(iter(section.find(_CLIENT, logger=_SPARK)), None)
    if own is not None:
        return [event for event in failed if section.events.number_of(event) > section.events.number_of(own)]
    client = peer.find(_CLIENT, logger=_SPARK)
    begun, joined = _started(section), client[0].at if client else _started(peer)
    here, there = clocks[section.node], clocks[peer.node]
    complete = max(here.wall(begun), there.wall(joined))
    return [event for event in failed if here.wall(event.at) > complete]


def _started(section: LogSection) -> datetime:
    lines = STARTED.all_in(section)
    if not lines:
        raise EvidenceError(
            f"{section}: does not say that the server started ({STARTED.text!r})",
            "wait until it has, or keep the whole log",
        )
    return lines[0].at


def preferences_warnings(section: LogSection) -> list[LogEvent]:
    """Java's warnings that its system preferences cannot be locked, created or written."""
    likely = section.mentioning(_OF_PREFERENCES)
    return [one for one in likely if one.level in ("WARN", "ERROR") and _PREFERENCES.search(one.message)]


def local_warnings(section: LogSection) -> list[LogEvent]:
    """Warnings that `carbon.spark.master local` is deprecated."""
    return section.find(_LOCAL, logger=_SPARK, level="WARN")


def describe(section: LogSection, events: Sequence[LogEvent], what: str, remedy: str) -> str:
    """The finding for the operator."""
    return f"{section}: {what}, {len(events)} time(s):\n{listed(events)}\n{remedy}"


def listed(events: Sequence[object]) -> str:
    """The first few events, one per line, and the number of the others."""
    lines = [f"  {event}" for event in events[:_QUOTED]]
    return "\n".join([*lines, f"  and {len(events) - _QUOTED} more"] if len(events) > _QUOTED else lines)
