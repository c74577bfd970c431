"""Spoils what a stored run saw when a node was lost: times, roles, rows, events, state (page: Introduction)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from conformance import deadlines
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
    todays_name,
)
from conformance.events.artifacts import UNIQUE_ID, WINDOW
from conformance.judgement.verdict import Verdict
from conformance.node.log.follower import LOG_PATH
from sabotage.run_events import Retell, refused, unstored
from sabotage.sabotage import sabotage
from sabotage.spoil import Spoiling, broke, forgotten, told

THERE, BACK, STOP, LOSS = "there", "back", "graceful stop", "loss of the passive"
#: All that is judged by the first failover.
_OF_THERE = "FO-01 FO-02 FO-03 FO-04 FO-05 FO-06 FO-07 FO-08 NID-05"
_NOT_BROKEN = "what was not broken shows nothing"
_DID_NOT_TAKE = "the fault did not take: node1: end of its processes not within 15 s"
#: Seconds by which two nodes are both active.
_BOTH = 0.2


def _record(name: str, tell: Retell) -> Spoiling:
    """Spoil the record of one failover (conformance.disruption.failover.record)."""
    return told("cluster", f"^failover {name}$", tell)


def _passage(name: str, which: str, tell: Retell) -> Spoiling:
    """Spoil what became of the events that were sent before, during or after it."""
    return _record(
        name, lambda record: {**record, "passages": {**record["passages"], which: tell(record["passages"][which])}}
    )


def _phases(name: str, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Spoiling:
    """Change phases of it; None takes one out."""

    def tell(record: dict[str, Any]) -> dict[str, Any]:
        phases = ({**one, "name": todays_name(one["name"])} for one in record["phases"])
        return {**record, "phases": [one for one in map(change, phases) if one]}

    return _record(name, tell)


def _late(name: str, phase: str) -> Spoiling:
    """A phase comes half a second after its budget."""
    return _phases(name, lambda one: {**one, "seconds": one["budget"] + 0.5} if one["name"] == phase else one)


def _never(name: str, phase: str, *later: str) -> Spoiling:
    """A phase never comes, and so those that would follow it are not watched."""

    def change(one: dict[str, Any]) -> dict[str, Any] | None:
        if one["name"] in later:
            return None
        return {**one, "seconds": None, "found": "not seen"} if one["name"] == phase else one

    return _phases(name, change)


def _roles(name: str, failed: str, survivor: str) -> Spoiling:
    return _record(name, lambda one: {**one, "roles_at_end": {one["failed"]: failed, one["survivor"]: survivor}})


def _two_active(name: str) -> Spoiling:
    """The survivor becomes active a little before the node that fails is gone."""

    def tell(record: dict[str, Any]) -> dict[str, Any]:
        at = record["fault"]["at_wall"]
        promoted = (record["survivor"], "active")
        later = [one for one in record["changes"] if (one["node"], one["role"]) == promoted and one["at_wall"] > at]
        later[0]["at_wall"] = at - _BOTH
        return record

    return _record(name, tell)


def _both_put_out(record: dict[str, Any]) -> dict[str, Any]:
    """The node that fails puts out what the survivor puts out, at the same time."""
    texts = record["passages"]["during"]["texts"]
    texts[record["failed"]][LOG_PATH] += texts[record["survivor"]][LOG_PATH]
    return record


def _switch_unstored(record: dict[str, Any]) -> dict[str, Any]:
    """No event that was sent from a second before the fault to the promotion has a row."""
    begin = record["fault"]["at_wall"] - deadlines.EVENT_IN_FLIGHT.limit
    (promoted,) = (one["seconds"] for one in record["phases"] if one["name"] == PROMOTED)
    passage, end = record["passages"]["during"], record["fault"]["at_wall"] + promoted
    switch = {event["id"] for event in passage["batch"] if begin <= event["at_wall"] <= end}
    passage["stored"] = [one for one in passage["stored"] if one not in switch]
    return record


def _other_rows(name: str) -> Spoiling:
    return _record(name, lambda one: {**one, "query": {**one["query"], "after": one["query"]["before"][:1]}})


def _stored(name: str, change: Callable[[list[str], list[str]], list[str]]) -> Spoiling:
    """Change what the record store holds in the end, by what it held before."""

    def tell(record: dict[str, Any]) -> dict[str, Any]:
        before, after = record["stored"]["before"], record["stored"]["after"]
        return {**record, "stored": {"before": before, "after": change(before, after)}}

    return _record(name, tell)


def _row_gone(before: list[str], after: list[str]) -> list[str]:
    return [one for one in after if one != before[0]]


def _row_twice(before: list[str], after: list[str]) -> list[str]:
    return [*after, before[-1]]


def _new_id(name: str) -> Spoiling:
    return _record(name, lambda one: {**one, "node_ids": {**one["node_ids"], "after": "new-id"}})


def _silent_survivor(record: dict[str, Any]) -> dict[str, Any]:
    """The survivor puts out hardly more than it did at once."""
    texts = record["passages"]["during"]["texts"][record["survivor"]]
    lines = re.compile(rf"^.*Unique ID: {UNIQUE_ID},.*\n(?:[ \t]*Event: .*\n)?", re.MULTILINE)
    kept = list(lines.finditer(texts[LOG_PATH]))[: WINDOW // 2]
    texts[LOG_PATH] = "".join(found[0] for found in kept)
    return record


def _forgetful(name: str, which: str, node: str) -> Spoiling:
    """A node's plan answers with the events since its start only, as after an empty snapshot."""

    def tell(record: dict[str, Any]) -> dict[str, Any]:
        texts = record["passages"][which]["texts"][record[node]]
        for path, text in texts.items():
            texts[path] = _counted_anew(text)
        return record

    return _record(name, tell)


def _counted_anew(text: str) -> str:
    """The traces of a plan whose window was empty in the beginning: sum and count of what it answered since."""
    values: list[int] = []

    def counted(found: re.Match[str]) -> str:
        values.append(int(found["value"]))
        window = values[-WINDOW:]
        return f"{found['event']}{found['value']}, {sum(window)}, {len(window)}]"

    return re.sub(r"(?P<event>data=\[[^,\]]+, \d+, )(?P<value>\d+), \d+, \d+\]", counted, text)


def _pause(record: dict[str, Any]) -> dict[str, Any]:
    """Half of the events were sent a minute later, so that nothing was emitted for so long."""
    passage = record["passages"]["during"]
    for event in passage["batch"][: len(passage["batch"]) // 2]:
        event["at_wall"] -= 60
    return record


SABOTAGES = (
    sabotage(
        "promotion-too-late",
        "FO-01",
        "the survivor is promoted half a second after its budget",
        _late(THERE, PROMOTED),
    ),
    sabotage(
        "promotion-never",
        "FO-01",
        "the survivor is never promoted",
        _never(THERE, PROMOTED),
        follows="FO-03",
        because="without a promotion the time of the switch is not known",
    ),
    sabotage("nothing-put-out", "FO-01", "the promoted node emits nothing", _never(THERE, EVENT_OUT)),
    sabotage("two-active-there", "FO-02", "both are active for 200 ms", _two_active(THERE)),
    sabotage("both-put-out-there", "FO-02", "both put events out at once", _record(THERE, _both_put_out)),
    sabotage("two-active-back", "FO-02", "both are active for 200 ms on the way back", _two_active(BACK)),
    sabotage(
        "both-active-in-the-end",
        "FO-02 FO-06",
        "the returned node is active beside the survivor",
        _roles(THERE, "active", "active"),
    ),
    sabotage(
        "event-lost-before-the-fault",
        "FO-03",
        "an event that was accepted seconds before the fault has no row",
        _passage(THERE, "during", unstored(3)),
    ),
    sabotage("switch-loses-too-much", "FO-03", "nothing of the switch is stored", _record(THERE, _switch_unstored)),
    sabotage("survivor-hardly-serves", "FO-03", "the survivor puts out few events", _record(THERE, _silent_survivor)),
    sabotage("row-gone-there", "FO-04", "a row from before the fault is gone", _stored(THERE, _row_gone)),
    sabotage("row-twice-there", "FO-04", "an event is stored twice in the end", _stored(THERE, _row_twice)),
    sabotage("row-gone-back", "FO-04", "a row is gone after the second failover", _stored(BACK, _row_gone)),
    sabotage(
        "master-stays-in-recovery",
        "FO-05",
        "the stand-by master never becomes ALIVE",
        _never(THERE, SPARK_ALIVE, SPARK_SERVES, QUERY_ANSWERED),
    ),
    sabotage("no-worker-comes", "FO-05", "worker and application come too late", _late(THERE, SPARK_SERVES)),
    sabotage("query-too-late", "FO-05", "the first query is answered too late", _late(THERE, QUERY_ANSWERED)),
    sabotage("rows-lost", "FO-05", "the query gives one row less after the failover", _other_rows(THERE)),
    sabotage(
        "node-stays-away",
        "FO-06",
        "the killed node does not come back",
        _never(THERE, NODE_BACK, PASSIVE, SNAPSHOT, STATE_SYNCED),
        follows="FO-07",
        because="a node that is away fetches no state",
    ),
    sabotage("never-passive", "FO-06", "the returned node takes no role", _never(THERE, PASSIVE)),
    sabotage("failed-back", "FO-06", "the returned node becomes active", _roles(THERE, "active", "passive")),
    sabotage("no-snapshot", "FO-07", "the returned node receives no snapshot", _never(THERE, SNAPSHOT)),
    sabotage("synced-too-late", "FO-07", "the returned node syncs its state too late", _late(THERE, STATE_SYNCED)),
    sabotage(
        "empty-snapshot",
        "FO-07",
        "the returned node's window begins anew",
        _forgetful(THERE, "after", "failed"),
    ),
    sabotage("second-promotion-too-late", "FO-08", "the way back takes too long", _late(BACK, PROMOTED)),
    sabotage(
        "state-lost-there",
        "FO-08",
        "the survivor's window begins anew",
        _forgetful(THERE, "during", "survivor"),
    ),
    sabotage(
        "state-lost-back",
        "FO-08",
        "so does the window after the second failover",
        _forgetful(BACK, "during", "survivor"),
    ),
    sabotage(
        "stale-member",
        "FO-08",
        "on the way back no master becomes ALIVE",
        _never(BACK, SPARK_ALIVE, SPARK_SERVES, QUERY_ANSWERED),
    ),
    sabotage("rows-lost-back", "FO-08", "the query gives one row less on the way back", _other_rows(BACK)),
    sabotage("stop-promotes-late", "FO-09", "a graceful stop promotes too late", _late(STOP, PROMOTED)),
    sabotage("stop-puts-nothing-out", "FO-09", "nothing is emitted after it", _never(STOP, EVENT_OUT)),
    sabotage(
        "stopped-node-stays-away",
        "FO-09",
        "the stopped node does not come back",
        _never(STOP, NODE_BACK, PASSIVE, SNAPSHOT, STATE_SYNCED),
    ),
    sabotage("two-active-at-a-stop", "FO-09", "both are active for 200 ms at a graceful stop", _two_active(STOP)),
    sabotage("both-put-out-at-a-stop", "FO-09", "the stopped node puts events out on", _record(STOP, _both_put_out)),
    sabotage("stop-fails-back", "FO-09", "the stopped node is active again", _roles(STOP, "active", "passive")),
    sabotage("passive-takes-an-event", "FO-10", "an event has no row", _passage(LOSS, "during", unstored(40))),
    sabotage("active-refuses", "FO-10", "the active node refuses an event", _passage(LOSS, "during", refused(40))),
    sabotage("active-pauses", "FO-10", "nothing is emitted for a minute", _record(LOSS, _pause)),
    sabotage("passive-never-synced", "FO-10", "the passive node does not sync", _never(LOSS, STATE_SYNCED)),
    sabotage("loss-changes-roles", "FO-10", "the returned node becomes active", _roles(LOSS, "active", "passive")),
    sabotage("loss-doubles-a-row", "FO-10", "an event is stored twice in the end", _stored(LOSS, _row_twice)),
    sabotage("new-id-after-restart", "NID-05", "a restart gives the node a new id", _new_id(BACK)),
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
