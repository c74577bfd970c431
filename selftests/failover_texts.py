"""Hand-written failovers: a good record, and the means to change it."""

from datetime import datetime, timezone
from typing import Any

from conformance.deadlines import PROMOTION
from conformance.disruption.failover import phase as names
from conformance.disruption.failover.phase import BY_LOG, Phase
from conformance.disruption.failover.record import FailoverRecord
from conformance.events.batch import SentEvent, value_of
from conformance.events.traces import TRACE_FILES
from conformance.node.clock import NodeClock
from conformance.node.log.follower import LOG_PATH
from selftests import event_texts

#: When the signal was sent; logs are in UTC.
FAULT = datetime(2026, 11, 22, 21, 58, 24, tzinfo=timezone.utc)
#: Seconds after the fault of each phase of a good failover.
TIMES = {
    names.MEMBER_LOST: 0.4,
    names.PROMOTED: 0.5,
    names.EVENT_ACCEPTED: 0.6,
    names.EVENT_OUT: 0.7,
    names.SPARK_ALIVE: 10.7,
    names.SPARK_SERVES: 10.8,
    names.QUERY_ANSWERED: 13.0,
    names.NODE_BACK: 15.0,
    names.PASSIVE: 11.0,
    names.SNAPSHOT: 11.1,
    names.STATE_SYNCED: 11.2,
    names.SPARK_REJOINED: 16.0,
}
ROWS = [["alpha", "7"], ["beta", "8"]]


def passage(seqs: range, texts: dict[str, str], out_by: str, begin: float = 0.0) -> dict[str, Any]:
    """Events `seqs`, one each 0.1 s from `begin` on; `texts` are traces by node, outputs are those of `out_by`."""
    times = {seq: begin + 0.1 * number for number, seq in enumerate(seqs)}
    batch = [SentEvent(event_texts.name(s), s, value_of(s), out_by, times[s], 0.01, 200)._asdict() for s in seqs]
    outputs = "".join(event_texts.emitted(seq, at=event_texts.logged_at(times[seq] + 0.05)) for seq in seqs)
    logs = {node: {TRACE_FILES[1]: text, LOG_PATH: outputs if node == out_by else ""} for node, text in texts.items()}
    return {"batch": batch, "texts": logs, "stored": [event["id"] for event in batch]}


def client(urls: str, node: str, begin: float) -> dict[str, Any]:
    """A client over Thrift whose events all arrived, one each 0.1 s from `begin` on."""
    batch = [SentEvent(f"wire-{n}", n, value_of(n), node, begin + 0.1 * n, 0.01, 200)._asdict() for n in range(20)]
    return {"urls": urls, "batch": batch, "stored": [event["id"] for event in batch]}


def good(name: str = "there", failed: str = "node1", survivor: str = "node2") -> dict[str, Any]:
    """The record of a failover at which nothing is wrong, as it is recorded."""
    at = FAULT.timestamp()
    before, during, after = range(12), range(12, 30), range(30, 42)
    both = event_texts.passed(before)
    returned = event_texts.passed(after, before=during)
    return {
        "name": name,
        "failed": failed,
        "survivor": survivor,
        "fault": {
            "node": failed,
            "signal": "SIGKILL",
            "killed": False,
            "at_wall": at,
            "at_monotonic": 5.0,
            "gone_after": 0.1,
            "pids": [11, 12],
            "refusing": [9443, 4000],
            "hooks": [],
        },
        "phases": [Phase.reached(n, "fault", s, BY_LOG, "found", PROMOTION).as_json() for n, s in TIMES.items()],
        "changes": [
            change(failed, "active", at - 300),
            change(failed, "passive", at + 30),
            change(survivor, "passive", at - 240),
            change(survivor, "active", at + 0.5),
        ],
        "roles_at_end": {failed: "passive", survivor: "active"},
        "begun_wall": at - 10,
        "ended_wall": at + 60,
        "masters_at_end": {failed: "STANDBY", survivor: "ALIVE"},
        "query": {"before": ROWS, "after": ROWS, "tries": 2, "refusals": ["no answer"]},
        "passages": {
            "before": passage(before, {failed: both, survivor: both}, failed),
            "during": passage(
                during, {survivor: event_texts.passed(during, before=before), failed: ""}, survivor, at + 1
            ),
            "after": passage(after, {survivor: returned, failed: returned}, survivor, at + 40),
        },
        "stored": {"before": [*map(event_texts.name, before)], "after": [*map(event_texts.name, range(42))]},
        "node_ids": {"before": "id-1", "after": "id-1"},
        "clocks": {node: NodeClock(uncertainty=0.01).as_json() for node in (failed, survivor)},
        "settings": {node: {"hazelcast.max.no.heartbeat.seconds": "600"} for node in (failed, survivor)},
        "repairs": [],
        "restored": [],
        "survivor_exit": "",
        "survivor_exit_wall": None,
        "clients": [
            client("{tcp://a:7611|tcp://b:7611}", survivor, at),
            client("tcp://a:7611,tcp://b:7611", failed, at),
        ],
        "no_clients": "",
    }


def record(answer: dict[str, Any]) -> FailoverRecord:
    return FailoverRecord.from_json(answer)


def set_phase(record: dict[str, Any], name: str, seconds: float | None) -> None:
    """Let a phase take so long, or never come."""
    (phase,) = (one for one in record["phases"] if one["name"] == name)
    phase["seconds"] = seconds


def change(node: str, role: str, at: float) -> dict[str, Any]:
    return {"node": node, "role": role, "at_wall": at, "place": f"{node} wso2carbon.log:1"}
