"""How long each phase of a failover may take, computed from the settings of the deployed nodes."""

from __future__ import annotations

from typing import NamedTuple

from conformance import deadlines
from conformance.deadlines import Deadline
from conformance.errors import EvidenceError
from conformance.files.handed_file import shown_value
from conformance.judgement.located import whole
from conformance.node.node import Node
from conformance.node.settings_in_force import HAZELCAST, HEARTBEAT

#: A phase is watched for this many times its budget, so that the report can say how late it was.
PATIENCE = 2


def patient(budget: Deadline) -> Deadline:
    """How long to wait for a phase with this budget."""
    reason = f"{PATIENCE} times the budget of {budget.seconds:g} s"
    return budget.within(budget.seconds * PATIENCE, reason)._replace(judged=budget.seconds)


class Budgets(NamedTuple):
    """The time limits of phases that depend on a setting. Use it inside an observation."""

    member_lost: Deadline
    promotion: Deadline
    spark: Deadline
    rejoin: Deadline
    state_sync: Deadline
    event_sync: Deadline
    heartbeat: int

    @classmethod
    def of(cls, node: Node) -> Budgets:
        """Read the survivor's files. EvidenceError if they are missing or a setting is not a number."""
        try:
            processor, spark = node.event_processor, node.spark_defaults
            return cls(
                deadlines.member_lost(heartbeat(node)),
                deadlines.promotion(processor.interval("management/tryStateChangeInterval")),
                deadlines.spark_failover(spark.worker_timeout),
                deadlines.REJOIN,
                deadlines.state_sync(processor.interval("management/stateSyncRetryInterval")),
                deadlines.event_sync(processor.interval("checkMemberUpdateInterval")),
                heartbeat(node),
            )
        except AssertionError as problem:
            raise EvidenceError(f"no budget follows from the settings: {problem}", "correct the file") from None

    def of_a_silent_host(self) -> Budgets:
        """These budgets plus the whole heartbeat: a silent host does not close the failed member's connections."""

        def later(budget: Deadline) -> Deadline:
            reason = f"its host is silent, so first the {HEARTBEAT} of {self.heartbeat} s; then {budget.reason}"
            return budget.within(self.heartbeat + budget.seconds, reason)

        return self._replace(
            member_lost=later(self.member_lost), promotion=later(self.promotion), spark=later(self.spark)
        )


def heartbeat(node: Node) -> int:
    """Seconds without a heartbeat until Hazelcast drops a member: the deployed setting or the product's default."""
    written = node.settings.of_files()[HEARTBEAT]
    seconds = whole(written)
    if seconds is None:
        raise EvidenceError(
            f"{node.name} {HAZELCAST}: found {HEARTBEAT} {shown_value(written)}, expected a whole number",
            "correct the file",
        )
    return seconds
