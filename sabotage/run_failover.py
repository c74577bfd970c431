"""Spoils what a stored run saw when a node was lost: times, roles, rows, events, state (page: Introduction)."""

from conformance.disruption.failover.phase import (
    EVENT_OUT,
    NODE_BACK,
    PASSIVE,
    PROMOTED,
    QUERY_ANSWERED,
    SNAPSHOT,
    SPARK_ALIVE,
    SPARK_SERVES,
    STATE_SYNCED,
)
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
from sabotage.sabotage import sabotage
from sabotage.spoil import broke, forgotten

THERE, BACK, STOP, LOSS = "there", "back", "graceful stop", "loss of the passive"
#: All that is judged by the first failover.
_OF_THERE = "FO-01 FO-02 FO-03 FO-04 FO-05 FO-06 FO-07 FO-08 NID-05"
_NOT_BROKEN = "what was not broken shows nothing"
_DID_NOT_TAKE = "the fault did not take: node1: end of its processes not within 15 s"

SABOTAGES = (
    sabotage(
        "promotion-too-late",
        "FO-01",
        "the survivor is promoted half a second after its budget",
        late(THERE, PROMOTED),
    ),
    sabotage(
        "promotion-never",
        "FO-01",
        "the survivor is never promoted",
        never(THERE, PROMOTED),
        follows="FO-03",
        because="without a promotion the time of the switch is not known",
    ),
    sabotage("nothing-put-out", "FO-01", "the promoted node emits nothing", never(THERE, EVENT_OUT)),
    sabotage("two-active-there", "FO-02", "both are active for 200 ms", two_active(THERE)),
    sabotage("both-put-out-there", "FO-02", "both put events out at once", changed(THERE, both_emit)),
    sabotage("two-active-back", "FO-02", "both are active for 200 ms on the way back", two_active(BACK)),
    sabotage(
        "both-active-in-the-end",
        "FO-02 FO-06",
        "the returned node is active beside the survivor",
        roles(THERE, "active", "active"),
    ),
    sabotage(
        "event-lost-before-the-fault",
        "FO-03",
        "an event that was accepted seconds before the fault has no row",
        passage(THERE, "during", unstored(3)),
    ),
    sabotage("switch-loses-too-much", "FO-03", "nothing of the switch is stored", changed(THERE, switch_unstored)),
    sabotage("survivor-hardly-serves", "FO-03", "the survivor puts out few events", changed(THERE, silent_survivor)),
    sabotage("row-gone-there", "FO-04", "a row from before the fault is gone", stored_ids(THERE, row_gone)),
    sabotage("row-twice-there", "FO-04", "an event is stored twice in the end", stored_ids(THERE, row_twice)),
    sabotage("row-gone-back", "FO-04", "a row is gone after the second failover", stored_ids(BACK, row_gone)),
    sabotage(
        "master-stays-in-recovery",
        "FO-05",
        "the stand-by master never becomes ALIVE",
        never(THERE, SPARK_ALIVE, SPARK_SERVES, QUERY_ANSWERED),
    ),
    sabotage("no-worker-comes", "FO-05", "worker and application come too late", late(THERE, SPARK_SERVES)),
    sabotage("query-too-late", "FO-05", "the first query is answered too late", late(THERE, QUERY_ANSWERED)),
    sabotage("rows-lost", "FO-05", "the query gives one row less after the failover", other_rows(THERE)),
    sabotage(
        "node-stays-away",
        "FO-06",
        "the killed node does not come back",
        never(THERE, NODE_BACK, PASSIVE, SNAPSHOT, STATE_SYNCED),
        follows="FO-07",
        because="a node that is away fetches no state",
    ),
    sabotage("never-passive", "FO-06", "the returned node takes no role", never(THERE, PASSIVE)),
    sabotage("failed-back", "FO-06", "the returned node becomes active", roles(THERE, "active", "passive")),
    sabotage("no-snapshot", "FO-07", "the returned node receives no snapshot", never(THERE, SNAPSHOT)),
    sabotage("synced-too-late", "FO-07", "the returned node syncs its state too late", late(THERE, STATE_SYNCED)),
    sabotage(
        "empty-snapshot",
        "FO-07",
        "the returned node's window begins anew",
        forgetful(THERE, "after", "failed"),
    ),
    sabotage("second-promotion-too-late", "FO-08", "the way back takes too long", late(BACK, PROMOTED)),
    sabotage(
        "state-lost-there",
        "FO-08",
        "the survivor's window begins anew",
        forgetful(THERE, "during", "survivor"),
    ),
    sabotage(
        "state-lost-back",
        "FO-08",
        "so does the window after the second failover",
        forgetful(BACK, "during", "survivor"),
    ),
    sabotage(
        "stale-member",
        "FO-08",
        "on the way back no master becomes ALIVE",
        never(BACK, SPARK_ALIVE, SPARK_SERVES, QUERY_ANSWERED),
    ),
    sabotage("rows-lost-back", "FO-08", "the query gives one row less on the way back", other_rows(BACK)),
    sabotage("stop-promotes-late", "FO-09", "a graceful stop promotes too late", late(STOP, PROMOTED)),
    sabotage("stop-puts-nothing-out", "FO-09", "nothing is emitted after it", never(STOP, EVENT_OUT)),
    sabotage(
        "stopped-node-stays-away",
        "FO-09",
        "the stopped node does not come back",
        never(STOP, NODE_BACK, PASSIVE, SNAPSHOT, STATE_SYNCED),
    ),
    sabotage("two-active-at-a-stop", "FO-09", "both are active for 200 ms at a graceful stop", two_active(STOP)),
    sabotage("both-put-out-at-a-stop", "FO-09", "the stopped node puts events out on", changed(STOP, both_emit)),
    sabotage("stop-fails-back", "FO-09", "the stopped node is active again", roles(STOP, "active", "passive")),
    sabotage("passive-takes-an-event", "FO-10", "an event has no row", passage(LOSS, "during", unstored(40))),
    sabotage("active-refuses", "FO-10", "the active node refuses an event", passage(LOSS, "during", refused(40))),
    sabotage("active-pauses", "FO-10", "nothing is emitted for a minute", changed(LOSS, pause)),
    sabotage("passive-never-synced", "FO-10", "the passive node does not sync", never(LOSS, STATE_SYNCED)),
    sabotage("loss-changes-roles", "FO-10", "the returned node becomes active", roles(LOSS, "active", "passive")),
    sabotage("loss-doubles-a-row", "FO-10", "an event is stored twice in the end", stored_ids(LOSS, row_twice)),
    sabotage("new-id-after-restart", "NID-05", "a restart gives the node a new id", new_id(BACK)),
    sabotage(
        "kill-did-not-take",
        "FO-01",
        "the node was not killed",
        broke("cluster", f"^failover {THERE}$", _DID_NOT_TAKE),
        follows=_OF_THERE.removeprefix("FO-01 "),
        by=Verdict.ERROR,
        because=_NOT_BROKEN,
    ),
    sabotage(
        "stop-did-not-take",
        "FO-09",
        "the node was not stopped",
        broke("cluster", f"^failover {STOP}$", _DID_NOT_TAKE),
        by=Verdict.ERROR,
    ),
    sabotage(
        "passive-not-killed",
        "FO-10",
        "nobody broke anything, and nobody knows",
        forgotten("cluster", f"^failover {LOSS}$"),
        by=Verdict.ERROR,
    ),
)
