"""Changes of a failover's stored record (disruption/failover/record.py), from which sabotages are made."""

import re
from collections.abc import Callable
from typing import Any

from conformance import deadlines
from conformance.disruption.failover.phase import PROMOTED, todays_name
from conformance.events.artifacts import UNIQUE_ID, WINDOW
from conformance.node.log.follower import LOG_PATH
from sabotage.run_events import EditOfRecord
from sabotage.tamper import Tampering, edited

#: Seconds in which both nodes are active.
_BOTH = 0.2


def changed(name: str, edit: EditOfRecord) -> Tampering:
    """Change the record of one failover (conformance/disruption/failover/record.py)."""
    return edited("cluster", f"^failover {name}$", edit)


def passage(name: str, which: str, edit: EditOfRecord) -> Tampering:
    """Change the record of the events that were sent before, during or after a failover."""
    return changed(
        name, lambda record: {**record, "passages": {**record["passages"], which: edit(record["passages"][which])}}
    )


def _phases(name: str, change: Callable[[dict[str, Any]], dict[str, Any] | None]) -> Tampering:
    """Change the phases of a failover; None removes a phase."""

    def edit(record: dict[str, Any]) -> dict[str, Any]:
        phases = ({**one, "name": todays_name(one["name"])} for one in record["phases"])
        return {**record, "phases": [one for one in map(change, phases) if one]}

    return changed(name, edit)


def late(name: str, phase: str) -> Tampering:
    """Let a phase come half a second after its budget."""
    return _phases(name, lambda one: {**one, "seconds": one["budget"] + 0.5} if one["name"] == phase else one)


def never(name: str, phase: str, *later: str) -> Tampering:
    """Let a phase never come; the phases after it are then not recorded either."""

    def change(one: dict[str, Any]) -> dict[str, Any] | None:
        if one["name"] in later:
            return None
        return {**one, "seconds": None, "found": "not seen"} if one["name"] == phase else one

    return _phases(name, change)


def roles(name: str, failed: str, survivor: str) -> Tampering:
    """Set the roles at the end of a failover."""
    return changed(name, lambda one: {**one, "roles_at_end": {one["failed"]: failed, one["survivor"]: survivor}})


def two_active(name: str) -> Tampering:
    """Let the survivor become active shortly before the failing node is gone."""

    def edit(record: dict[str, Any]) -> dict[str, Any]:
        at = record["fault"]["at_wall"]
        promoted = (record["survivor"], "active")
        later = [one for one in record["changes"] if (one["node"], one["role"]) == promoted and one["at_wall"] > at]
        later[0]["at_wall"] = at - _BOTH
        return record

    return changed(name, edit)


def both_emit(record: dict[str, Any]) -> dict[str, Any]:
    """Let the failing node emit what the survivor emits, at the same time."""
    texts = record["passages"]["during"]["texts"]
    texts[record["failed"]][LOG_PATH] += texts[record["survivor"]][LOG_PATH]
    return record


def switch_unstored(record: dict[str, Any]) -> dict[str, Any]:
    """Remove the rows of all events that were sent from a second before the fault to the promotion."""
    begin = record["fault"]["at_wall"] - deadlines.EVENT_IN_FLIGHT.limit
    (promoted,) = (one["seconds"] for one in record["phases"] if one["name"] == PROMOTED)
    passage, end = record["passages"]["during"], record["fault"]["at_wall"] + promoted
    switch = {event["id"] for event in passage["batch"] if begin <= event["at_wall"] <= end}
    passage["stored"] = [one for one in passage["stored"] if one not in switch]
    return record


def other_rows(name: str) -> Tampering:
    """Let the query return only its first row after the failover."""
    return changed(name, lambda one: {**one, "query": {**one["query"], "after": one["query"]["before"][:1]}})


def rows(change: Callable[[list[str], list[str]], list[str]]) -> EditOfRecord:
    """Change the record store's final content, given its earlier content."""

    def edit(record: dict[str, Any]) -> dict[str, Any]:
        before, after = record["stored"]["before"], record["stored"]["after"]
        return {**record, "stored": {"before": before, "after": change(before, after)}}

    return edit


def stored_ids(name: str, change: Callable[[list[str], list[str]], list[str]]) -> Tampering:
    """Change the record store's final content in one failover."""
    return changed(name, rows(change))


def row_gone(before: list[str], after: list[str]) -> list[str]:
    """Remove a row that existed before the failover."""
    return [one for one in after if one != before[0]]


def row_twice(before: list[str], after: list[str]) -> list[str]:
    """Double a row that existed before the failover."""
    return [*after, before[-1]]


def new_id(name: str) -> Tampering:
    """Give the returned node another id."""
    return changed(name, lambda one: {**one, "node_ids": {**one["node_ids"], "after": "new-id"}})


def silent_survivor(record: dict[str, Any]) -> dict[str, Any]:
    """Let the survivor emit only a few of its events."""
    texts = record["passages"]["during"]["texts"][record["survivor"]]
    lines = re.compile(rf"^.*Unique ID: {UNIQUE_ID},.*\n(?:[ \t]*Event: .*\n)?", re.MULTILINE)
    kept = list(lines.finditer(texts[LOG_PATH]))[: WINDOW // 2]
    texts[LOG_PATH] = "".join(found[0] for found in kept)
    return record


def forgetful(name: str, which: str, node: str) -> Tampering:
    """Let a node's plan answer only from the events since its start, as after an empty snapshot."""

    def edit(record: dict[str, Any]) -> dict[str, Any]:
        texts = record["passages"][which]["texts"][record[node]]
        for path, text in texts.items():
            texts[path] = _counted_again(text)
        return record

    return changed(name, edit)


def _counted_again(text: str) -> str:
    """Recompute sum and count in a plan's traces as if its window had been empty at the beginning."""
    values: list[int] = []

    def counted(found: re.Match[str]) -> str:
        values.append(int(found["value"]))
        window = values[-WINDOW:]
        return f"{found['event']}{found['value']}, {sum(window)}, {len(window)}]"

    return re.sub(r"(?P<event>data=\[[^,\]]+, \d+, )(?P<value>\d+), \d+, \d+\]", counted, text)


def pause(record: dict[str, Any]) -> dict[str, Any]:
    """Move half of the events a minute back, so that nothing was emitted for a minute."""
    passage = record["passages"]["during"]
    for event in passage["batch"][: len(passage["batch"]) // 2]:
        event["at_wall"] -= 60
    return record
