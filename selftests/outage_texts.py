"""A hand-written outage at which nothing is wrong, and the means to change it."""

from typing import Any

from selftests import event_texts, failover_texts
from selftests.failover_texts import change as change

FAULT = 1000.0
HELD = 20.0
#: Events of the flow: two a second, from two seconds before the fault to the end.
EVENTS = 60


def good(name: str = "active frozen") -> dict[str, Any]:
    """The record of an outage, as it is recorded; node1 was and is active."""
    seqs = range(EVENTS)
    texts = {node: event_texts.passed(seqs) for node in ("node1", "node2")}
    flow = failover_texts.passage(seqs, texts, "node1", FAULT + 0.5)
    return {
        "name": name,
        "fault": "node1: SIGSTOP to all 3 processes",
        "healing": "node1: SIGCONT, it answers again",
        "begun_wall": FAULT - 10,
        "fault_wall": FAULT,
        "healed_wall": FAULT + HELD,
        "settled_wall": FAULT + HELD + 10,
        "ended_wall": FAULT + 60,
        "nodes": {"node1": _state(11, "id-1", "active"), "node2": _state(12, "id-2", "passive")},
        "changes": [change("node1", "active", FAULT - 500), change("node2", "passive", FAULT - 480)],
        "flow": flow,
        "stored": {"before": ["run-00000"], "after": [one["id"] for one in flow["batch"]]},
        "rows": {"before": [["alpha", "7"]], "after": [["alpha", "7"]]},
        "repairs": [],
        "notes": ["no node changed its role"],
        "masters": {"node1": "ALIVE", "node2": "STANDBY"},
        "settings": {node: {"hazelcast.max.no.heartbeat.seconds": "600"} for node in ("node1", "node2")},
        "restored": [],
        "gave_up": [],
        "rows_open": False,
        "no_rows": {"before": "", "after": ""},
    }


def _state(pid: int, node_id: str, role: str) -> dict[str, Any]:
    roles = {"role_after": role, "role_healed": role}
    return {"pid_before": pid, "pid_after": pid, "id_before": node_id, "id_after": node_id, **roles}
