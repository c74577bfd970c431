"""The table of all deadlines: how long something may take, why, and the product setting behind the number."""

from __future__ import annotations

import os
from typing import NamedTuple

from conformance.errors import ConformanceError

#: Environment variable with the factor for slow machines, e.g. "2.5".
SCALE_VARIABLE = "DAS_CONFORMANCE_SCALE"


class _Scale:
    """The factor for all deadlines; read once from the environment."""

    factor: float | None = None


def scale() -> float:
    """The current factor: 1.0 unless set by `set_scale` or the environment. ConformanceError if that is no number."""
    if _Scale.factor is None:
        set_scale(_from_environment())
    return _Scale.factor or 1.0


def set_scale(factor: float | None) -> None:
    """Multiply every deadline by `factor` (> 0) from now on; None reads the environment again at the next use."""
    if factor is not None and not 0 < factor < 1000:
        raise ConformanceError(f"deadline scale {factor!r} is not between 0 and 1000", f"correct {SCALE_VARIABLE}")
    _Scale.factor = factor


def _from_environment() -> float:
    text = os.environ.get(SCALE_VARIABLE, "1")
    try:
        return float(text)
    except ValueError:
        raise ConformanceError(f"{SCALE_VARIABLE}={text!r} is not a number", "set it to a factor such as 2") from None


class Deadline(NamedTuple):
    """A limit: `seconds` on an ordinary machine, the reason for the number, and the product setting behind it or "".

    `judged`: seconds after which the event is too late, if the wait goes on longer to measure how late it is.
    """

    name: str
    seconds: float
    reason: str
    setting: str = ""
    judged: float = 0.0

    @property
    def limit(self) -> float:
        """The limit in force: `seconds` times the scale."""
        return self.seconds * scale()

    @property
    def late(self) -> float:
        """Seconds after which the event is too late, times the scale."""
        return (self.judged or self.seconds) * scale()

    def within(self, seconds: float, reason: str) -> Deadline:
        """This deadline with another number and reason, for a test with a narrower limit."""
        return self._replace(seconds=seconds, reason=reason)


def promotion(try_state_change_ms: int = 15_000) -> Deadline:
    """Passive to active, from the deployed tryStateChangeInterval (milliseconds), the period of HAManager's tries."""
    return Deadline(
        "promotion",
        try_state_change_ms / 1000 + 10,
        "the lost member releases the lock at once (0.5-0.7 s seen), else the next tick takes it; 10 s margin",
        f"event-processor.xml tryStateChangeInterval {try_state_change_ms} ms",
    )


def spark_failover(worker_timeout_s: int = 60) -> Deadline:
    """Standby master to ALIVE with a worker and an application, from spark.worker.timeout (seconds)."""
    return Deadline(
        "spark failover",
        worker_timeout_s + 30,
        "the new master stays in recovery until the dead worker times out (61 s seen at 60, 11 s at 10); 30 s margin",
        f"spark-defaults.conf spark.worker.timeout {worker_timeout_s} s",
    )


def state_sync(retry_ms: int = 10_000) -> Deadline:
    """Until the passive node has the active node's state, from the deployed stateSyncRetryInterval (milliseconds)."""
    return Deadline(
        "state sync",
        5 * retry_ms / 1000 + 10,
        "the first tries may fail until the execution plans are deployed (one retry seen); five tries and 10 s margin",
        f"event-processor.xml stateSyncRetryInterval {retry_ms} ms",
    )


def event_sync(check_ms: int = 10_000) -> Deadline:
    """Until both nodes are connected for event sync, from the deployed checkMemberUpdateInterval (milliseconds)."""
    return Deadline(
        "event sync connection",
        2 * check_ms / 1000 + 10,
        "publishers are connected by the periodic member check; two rounds and 10 s margin",
        f"event-processor.xml checkMemberUpdateInterval {check_ms} ms",
    )


def member_lost(heartbeat_s: int = 600) -> Deadline:
    """Until a killed member leaves its peer's list, from Hazelcast's heartbeat (seconds; the product's is 600)."""
    return Deadline(
        "member lost",
        min(15, heartbeat_s),
        "a killed JVM closes its sockets, the peer drops the member at once; only a silent one waits for the heartbeat",
        f"hazelcast.properties hazelcast.max.no.heartbeat.seconds {heartbeat_s} s",
    )


MEMBER_LOST = member_lost()
PROMOTION = promotion()
SPARK_FAILOVER = spark_failover()
STATE_SYNC = state_sync()
EVENT_SYNC = event_sync()

MYSQL_INITIALISED = Deadline("MySQL data directory", 90, "2.9 s (5.7) and 6.8 s (8.0) seen; a slow disk takes longer")
MYSQL_UP = Deadline("MySQL up", 30, "answers after 0.3 s")
DATABASE_ANSWER = Deadline("database answer", 15, "one statement on small tables")
NODE_READY = Deadline("node ready", 180, "13-36 s seen from start to console URL; the second node waits for the first")
PEER_NEEDED = Deadline(
    "start alone", 150, "up after 13-36 s, 60 s on a busy machine; one that needs its peer says so before"
)
NODE_LISTENS = Deadline("port listens", 30, "ports open before or right after the node says that it is ready")
REJOIN = Deadline("rejoin", 180, "18-28 s seen for a killed node, the same start as NODE_READY")
NODE_GONE = Deadline("node gone", 15, "the kernel reaps a killed tree at once")
GRACEFUL_STOP = Deadline(
    "graceful stop", 45, "1-3 s seen, or up to 120 s: a JVM that hangs in its shutdown is killed, as an operator does"
)
LONG_STOP = Deadline("long stop", 6, "a pause, not a limit: a stop that takes longer is worth a look at its threads")
MEMBER_JOINED = Deadline("member joined", 60, "a joining member is logged while it starts")
ROLE_TAKEN = Deadline("HA role", 60, "the role is taken inside the cluster start, before the node says it is ready")
SPARK_CLUSTER = Deadline(
    "Spark cluster up", 120, "masters, workers and executors come up 10-20 s after the second node; /json is early"
)
HEALTHY = Deadline(
    "healthy cluster", 45, "a returned worker registers within seconds; a dead one is given up after 10-60 s"
)
MAP_COPIED = Deadline("Hazelcast's maps copied", 30, "of 271 parts, one after the other: 8-14 s seen on a busy machine")
CACHE_FILLED = Deadline(
    "cache filled", 600, "a pause, no limit: another process fetches and builds what this one needs, in 30 s to minutes"
)
REMOTE_COMMAND = Deadline(
    "command on a node's host", 60, "files and processes are read in a second; a long log over a slow line takes longer"
)
TCP_CONNECT = Deadline("TCP connection", 3, "a listener answers in milliseconds; silence is a firewall")
HTTP_ANSWER = Deadline("HTTP answer", 15, "pages and admin services answer in well under a second")
EXECUTORS_STABLE = Deadline(
    "executors that may crash again", 6, "a pause, not a limit: whatever crashes is started again each second"
)
QUEUES_DRAIN = Deadline("empty index queues", 5, "a pause, not a limit: whatever waits is taken out every few seconds")
CONSOLE_QUERY = Deadline("console query", 60, "a small query takes 1-5 s; with broken executors it hangs for ever")
ROWS_VISIBLE = Deadline("rows visible", 15, "a select right after the first insert into a table may come too early")
CONSOLE_PAGE = Deadline("console page", 30, "the first page of each kind is compiled")
LOG_LINE = Deadline("log line", 20, "a line that follows at once from what was seen")
LOG_LINE_WHOLE = Deadline("log line finished", 2, "log4j writes a line in one go; a reading may fall in the middle")
HOT_DEPLOYED = Deadline("hot deployment", 60, "the deployers look into their folders every 15 s; the first may be long")
EVENT_ACCEPTED = Deadline("event accepted", 15, "HTTP receivers answer before processing")
SERVING_PAUSE = Deadline(
    "pause in serving", 3, "the loss of a member and the snapshot for its return stop the active for less than a second"
)
BRIDGE_ANSWER = Deadline("data bridge answer", 15, "a login takes a second at the most, a bundle milliseconds")
BRIDGE_RECONNECT = Deadline(
    "data bridge tried again", 30, "a pause, no limit: after it the vendor's client tries a place again that failed"
)
VENDOR_CLIENT = Deadline("vendor's client", 60, "5 s for its start and some thousand events on two cores")
BRIDGE_GOODBYE = Deadline("data bridge logout", 2, "nothing depends on it")
FLOW_POST = Deadline("event accepted, in a flow", 2, "a client gives up on a node that does not answer, and goes on")
EVENT_IN_FLIGHT = Deadline(
    "event in flight", 1, "an accepted event waits in a queue in memory until it is forwarded and written; lost with it"
)
EVENT_QUIET = Deadline(
    "no more events", 4, "queues drain in order: an event that is missing when no more events come is lost"
)
EVENT_CAUGHT_UP = Deadline(
    "events caught up", 45, "TCP repeats what an outage of a minute held back 36 s after its end at the latest"
)
EVENT_PROCESSED = Deadline("event processed", 20, "both nodes trace an event within a second; queues drain in order")
EVENT_STORED = Deadline("event stored", 30, "the event sink writes in batches from a queue")
EVENT_SETTLED = Deadline("events that may come twice", 2, "a pause, no limit: a doubled event comes after the first")
NOTICED = Deadline("cut noticed", 25, "a heartbeat of 10 s is missed, which is looked for every 2 s")
NOTICED_APART = Deadline("cut noticed by the peer", 4, "each side looks for heartbeats every 2 s, by its own clock")
CLIENTS_GO_ON = Deadline(
    "clients go on", 8, "after healing; their last events are settled when the nodes are looked at, AFTER_HEALING"
)
AFTER_HEALING = Deadline("after healing", 10, "members are checked every 10 s; what was held back arrives")
PAIR_JUDGED = Deadline("a pair judged", 900, "a second for files alone; logs of 64 MiB of each node take a minute")
SECOND_LAB = Deadline("second lab", 3600, "all scenarios take a quarter of an hour, and each has limits of its own")
TEARDOWN = Deadline("teardown", 20, "SIGTERM, then SIGKILL of everything that is left")
