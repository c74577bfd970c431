"""Regular expressions that killed requirements' messages must match, for changed failovers and outages."""

from collections.abc import Mapping

_BOTH = r"both nodes were active for \d+ ms"
_MISSING = r"stored: 1 of \d+ accepted events missing \(1 sent to node\d in second"
_GONE = r"1 of \d+ events stored before the fault are gone: \S+"
_TWICE = r"1 of \d+ events were stored more than once: \S+"
_OTHER_ROWS = r"node\d: found .*, expected .* as before"
_ONE_ACTIVE = "node1 is active, node2 is active; expected exactly one active"
_NOT_ITSELF = "the cluster did not come back by itself: after it: both nodes were killed and started again"
_BACK = "node1 is active, node2 is passive"
_FEW = r"only \d+ events were accepted"

SAYS_OF_RUNS: Mapping[str, str] = {
    "promotion-too-late": r"promoted: \d+\.\d+ s after the fault \(by log",
    "promotion-never": "promoted: never came",
    "nothing-emitted": "first event processed and emitted: never came",
    "two-active-there": _BOTH,
    "both-emit-there": r"emitted \d+ events, as only an active node does",
    "two-active-back": _BOTH,
    "both-active-in-the-end": "node1 is active, node2 is active",
    "event-lost-before-the-fault": _MISSING,
    "switch-loses-too-much": r"a second to node\d for 1 s in flight and to node\d for the \d+\.\d+ s in",
    "survivor-hardly-serves": r"node\d: found \d+ events that were sent after its promotion and",
    "row-gone-there": _GONE,
    "row-twice-there": _TWICE,
    "row-gone-back": _GONE,
    "master-stays-in-recovery": "Spark master ALIVE: never came",
    "query-too-late": r"first query answered: \d+\.\d+ s",
    "rows-lost": _OTHER_ROWS,
    "never-passive": "passive: never came",
    "failed-back": _BACK,
    "synced-too-late": r"state synced: \d+\.\d+ s",
    "empty-snapshot": "missing from the window",
    "state-lost-there": "missing from the window",
    "stale-member": "Spark master ALIVE: never came",
    "rows-lost-back": _OTHER_ROWS,
    "stop-promotes-late": r"promoted: \d+\.\d+ s",
    "stop-puts-nothing-out": "first event processed and emitted: never came",
    "two-active-at-a-stop": _BOTH,
    "both-emit-at-a-stop": _BOTH,
    "stop-fails-back": r"node\d is active, node\d is passive",
    "passive-takes-an-event": _MISSING,
    "active-refuses": r"node\d refused 1 events, expected none; first \S+",
    "active-pauses": "nothing was emitted for",
    "passive-never-synced": "state synced: never came",
    "loss-changes-roles": r"node\d is active, node\d is passive",
    "loss-doubles-a-row": _TWICE,
    "new-id-after-restart": r"my-node-id\.dat changed over a restart: node\d from '\S+' to 'new-id'",
    "two-active-after-the-freeze": f"{_ONE_ACTIVE} after the freeze",
    "none-active-after-the-freeze": "node1 is passive, node2 is passive",
    "freeze-needs-a-repair": _NOT_ITSELF,
    "node-dies-without-database": r"node2: process \d+ before, none after",
    "database-outage-needs-a-repair": _NOT_ITSELF,
    "event-lost-without-database": _MISSING,
    "row-lost-while-database-is-silent": _GONE,
    "hardly-an-event-without-database": f"{_FEW} during the outage",
    "two-active-after-the-cut": f"{_ONE_ACTIVE} after the partition",
    "row-lost-by-the-cut": _GONE,
    "event-lost-by-the-cut": _MISSING,
    "hardly-an-event-while-cut": f"{_FEW} while cut",
    "row-twice-by-the-cut": _TWICE,
    "two-active-after-a-noticed-cut": f"{_ONE_ACTIVE} after the partition",
    "row-lost-by-a-noticed-cut": _GONE,
    "no-survivor-of-a-noticed-cut": "node1 does not run, node2 does not run; expected exactly one",
    "event-lost-while-cut": _MISSING,
    "event-twice-while-cut": "1 events were stored more than once, first",
    "two-active-after-a-link": f"{_ONE_ACTIVE} after the link was down",
    "event-lost-by-a-link": _MISSING,
    "role-changes-when-slow": "node2 became active; expected that a slow network changes no role",
    "slow-network-needs-a-repair": _NOT_ITSELF,
    "event-lost-when-slow": _MISSING,
    "two-active-after-rolling": "node1 is active, node2 is active",
    "restart-needs-a-repair": _NOT_ITSELF,
    "row-lost-by-the-restart": _GONE,
    "query-loses-a-row": r"the console query gave .* after the restart, expected ",
    "third-id-after-the-restart": r"node2: my-node-id\.dat held '\S+' before, 'x' after",
    "one-id-for-both": "the nodes share an id",
}
