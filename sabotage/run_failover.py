"""Changes what a stored run recorded when a node was lost: times, roles, rows, events, state (page: Introduction)."""

from conformance.disruption.failover import phase
from conformance.judgement.verdict import Verdict
from sabotage.failover_changes import (
    both_emit,
    changed,
    forgetful,
    late,
    never,
    new_id,
    other_rows,
    passage,
    pause,
    roles,
    row_gone,
    row_twice,
    silent_survivor,
    stored_ids,
    switch_unstored,
    two_active,
)
from sabotage.run_events import refused, unstored
from sabotage.sabotage import Table, wrong
from sabotage.stored_run import StoredRun
from sabotage.tamper import broke, forgotten

THERE, BACK, STOP, LOSS = "there", "back", "graceful stop", "loss of the passive"
#: Requirements that the first failover judges.
_OF_THERE = "FO-01 FO-02 FO-03 FO-04 FO-05 FO-06 FO-07 FO-08 NID-05"
_NOT_BROKEN = "what was not broken shows nothing"
_DID_NOT_TAKE = "the fault did not take: node1: end of its processes not within 15 s"

SABOTAGES: Table[StoredRun] = {
    "FO-01": {
        "promotion-too-late": wrong(
            "the survivor is promoted half a second after its budget", late(THERE, phase.PROMOTED)
        ),
        "promotion-never": wrong(
            "the survivor is never promoted",
            never(THERE, phase.PROMOTED),
            follows="FO-03",
            because="without a promotion the time of the switch is not known",
        ),
        "nothing-emitted": wrong("the promoted node emits nothing", never(THERE, phase.EVENT_OUT)),
        "kill-did-not-take": wrong(
            "the node was not killed",
            broke("cluster", f"^failover {THERE}$", _DID_NOT_TAKE),
            follows=_OF_THERE.removeprefix("FO-01 "),
            by=Verdict.ERROR,
            because=_NOT_BROKEN,
        ),
    },
    "FO-02": {
        "two-active-there": wrong("both are active for 200 ms", two_active(THERE)),
        "both-emit-there": wrong("both emit events at once", changed(THERE, both_emit)),
        "two-active-back": wrong("both are active for 200 ms on the way back", two_active(BACK)),
    },
    "FO-02 FO-06": {
        "both-active-in-the-end": wrong(
            "the returned node is active beside the survivor", roles(THERE, "active", "active")
        )
    },
    "FO-03": {
        "event-lost-before-the-fault": wrong(
            "an event that was accepted seconds before the fault has no row", passage(THERE, "during", unstored(3))
        ),
        "switch-loses-too-much": wrong("nothing of the switch is stored", changed(THERE, switch_unstored)),
        "survivor-hardly-serves": wrong("the survivor emits few events", changed(THERE, silent_survivor)),
    },
    "FO-04": {
        "row-gone-there": wrong("a row from before the fault is gone", stored_ids(THERE, row_gone)),
        "row-twice-there": wrong("an event is stored twice in the end", stored_ids(THERE, row_twice)),
        "row-gone-back": wrong("a row is gone after the second failover", stored_ids(BACK, row_gone)),
    },
    "FO-05": {
        "master-stays-in-recovery": wrong(
            "the stand-by master never becomes ALIVE",
            never(THERE, phase.SPARK_ALIVE, phase.SPARK_SERVES, phase.QUERY_ANSWERED),
        ),
        "no-worker-comes": wrong("worker and application come too late", late(THERE, phase.SPARK_SERVES)),
        "query-too-late": wrong("the first query is answered too late", late(THERE, phase.QUERY_ANSWERED)),
        "rows-lost": wrong("the query gives one row less after the failover", other_rows(THERE)),
    },
    "FO-06": {
        "node-stays-away": wrong(
            "the killed node does not come back",
            never(THERE, phase.NODE_BACK, phase.PASSIVE, phase.SNAPSHOT, phase.STATE_SYNCED),
            follows="FO-07",
            because="a node that is away fetches no state",
        ),
        "never-passive": wrong("the returned node takes no role", never(THERE, phase.PASSIVE)),
        "failed-back": wrong("the returned node becomes active", roles(THERE, "active", "passive")),
    },
    "FO-07": {
        "no-snapshot": wrong("the returned node receives no snapshot", never(THERE, phase.SNAPSHOT)),
        "synced-too-late": wrong("the returned node syncs its state too late", late(THERE, phase.STATE_SYNCED)),
        "empty-snapshot": wrong("the returned node's window begins again", forgetful(THERE, "after", "failed")),
    },
    "FO-08": {
        "second-promotion-too-late": wrong("the way back takes too long", late(BACK, phase.PROMOTED)),
        "state-lost-there": wrong("the survivor's window begins again", forgetful(THERE, "during", "survivor")),
        "state-lost-back": wrong("so does the window after the second failover", forgetful(BACK, "during", "survivor")),
        "stale-member": wrong(
            "on the way back no master becomes ALIVE",
            never(BACK, phase.SPARK_ALIVE, phase.SPARK_SERVES, phase.QUERY_ANSWERED),
        ),
        "rows-lost-back": wrong("the query gives one row less on the way back", other_rows(BACK)),
    },
    "FO-09": {
        "stop-promotes-late": wrong("a graceful stop promotes too late", late(STOP, phase.PROMOTED)),
        "stop-puts-nothing-out": wrong("nothing is emitted after it", never(STOP, phase.EVENT_OUT)),
        "stopped-node-stays-away": wrong(
            "the stopped node does not come back",
            never(STOP, phase.NODE_BACK, phase.PASSIVE, phase.SNAPSHOT, phase.STATE_SYNCED),
        ),
        "two-active-at-a-stop": wrong("both are active for 200 ms at a graceful stop", two_active(STOP)),
        "both-emit-at-a-stop": wrong("the stopped node goes on emitting events", changed(STOP, both_emit)),
        "stop-fails-back": wrong("the stopped node is active again", roles(STOP, "active", "passive")),
        "stop-did-not-take": wrong(
            "the node was not stopped", broke("cluster", f"^failover {STOP}$", _DID_NOT_TAKE), by=Verdict.ERROR
        ),
    },
    "FO-10": {
        "passive-takes-an-event": wrong("an event has no row", passage(LOSS, "during", unstored(40))),
        "active-refuses": wrong("the active node refuses an event", passage(LOSS, "during", refused(40))),
        "active-pauses": wrong("nothing is emitted for a minute", changed(LOSS, pause)),
        "passive-never-synced": wrong("the passive node does not sync", never(LOSS, phase.STATE_SYNCED)),
        "loss-changes-roles": wrong("the returned node becomes active", roles(LOSS, "active", "passive")),
        "loss-doubles-a-row": wrong("an event is stored twice in the end", stored_ids(LOSS, row_twice)),
        "passive-not-killed": wrong(
            "nothing was broken, and nothing is known", forgotten("cluster", f"^failover {LOSS}$"), by=Verdict.ERROR
        ),
    },
    "NID-05": {"new-id-after-restart": wrong("a restart gives the node a new id", new_id(BACK))},
}
