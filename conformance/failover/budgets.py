"""How long each phase may take, from the settings that the nodes are deployed with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.errors import EvidenceError
from conformance.located import whole
from conformance.node.home.java_properties import JavaProperties
from conformance.node.node import Node

SPARK_DEFAULTS = "repository/conf/analytics/spark/spark-defaults.conf"
EVENT_PROCESSOR = "repository/conf/event-processor.xml"
#: Properties of Hazelcast that Carbon's agent takes over its own, where the file is there (cluster facts 5).
HAZELCAST = "repository/conf/hazelcast.properties"
#: Spark's own default of spark.worker.timeout, in seconds (analytics facts 1.6).
WORKER_TIMEOUT = 60

_HEARTBEAT = "hazelcast.max.no.heartbeat.seconds"
_TIMEOUT = re.compile(r"^[ \t]*spark\.worker\.timeout[ \t=]+(\S+)[ \t\r]*$", re.MULTILINE)

#: A phase is watched for so many times its budget, so that the report tells how late it was.
PATIENCE = 2


def patient(budget: Deadline) -> Deadline:
    """How long a phase is waited for."""
    return budget.within(budget.seconds * PATIENCE, f"{PATIENCE} times the budget of {budget.seconds:g} s")


@dataclass(frozen=True)
class Budgets:
    """Limits of the phases that a setting governs; for use inside an observation."""

    member_lost: Deadline
    promotion: Deadline
    spark: Deadline
    rejoin: Deadline
    state_sync: Deadline
    event_sync: Deadline
    heartbeat: int

    @classmethod
    def of(cls, node: Node) -> Budgets:
        """Read the survivor's files. EvidenceError when they are missing or a setting is no number."""
        source = node.files.xml(EVENT_PROCESSOR)
        modes = [mode for mode in source.all("mode") if mode.get("name") == "HA"]
        if not modes:
            raise EvidenceError(f"{node.name} {EVENT_PROCESSOR}: no mode named HA", "Required configurations, step 3")

        def milliseconds(path: str) -> int:
            return int(source.text(path, modes[0]).int_())

        return cls(
            deadlines.member_lost(heartbeat(node)),
            deadlines.promotion(milliseconds("management/tryStateChangeInterval")),
            deadlines.spark_takeover(worker_timeout(node.name, node.files.text(SPARK_DEFAULTS))),
            deadlines.REJOIN,
            deadlines.state_sync(milliseconds("management/stateSyncRetryInterval")),
            deadlines.event_sync(milliseconds("checkMemberUpdateInterval")),
            heartbeat(node),
        )

    def of_a_silent_host(self) -> Budgets:
        """The same where nobody is left to close a member's connections: its peer may wait for the whole heartbeat."""

        def later(budget: Deadline) -> Deadline:
            reason = f"its host is silent, so first the {_HEARTBEAT} of {self.heartbeat} s; then {budget.reason}"
            return budget.within(self.heartbeat + budget.seconds, reason)

        return replace(
            self, member_lost=later(self.member_lost), promotion=later(self.promotion), spark=later(self.spark)
        )


def heartbeat(node: Node) -> int:
    """Seconds without a heartbeat until Hazelcast drops a member: as deployed, or what the product sets itself."""
    try:
        text = node.access.read(HAZELCAST).decode("utf-8", "replace")
    except FileNotFoundError:
        text = ""
    except OSError as problem:
        raise EvidenceError(f"{node.name} {HAZELCAST}: cannot be read ({problem})", "let this user read it") from None
    return JavaProperties(node.name, HAZELCAST, text).setting(_HEARTBEAT, "600").int_()


def worker_timeout(node: str, text: str) -> int:
    """spark.worker.timeout in seconds; Spark's default where the file does not set it. EvidenceError if no number."""
    found = _TIMEOUT.findall(text)
    if not found:
        return WORKER_TIMEOUT
    seconds = whole(found[-1])
    if seconds is None or seconds < 0:
        raise EvidenceError(
            f"{node} {SPARK_DEFAULTS}: spark.worker.timeout is {found[-1]!r}, expected whole seconds",
            "Spark 1.6 takes no unit here",
        )
    return seconds
