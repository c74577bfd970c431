"""Changes a stored run's events: lost and doubled ones, at one hop each (page: Introduction)."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from conformance.events.traces import TRACE_FILES
from conformance.node.log.follower import LOG_PATH
from sabotage.homes import FIRST, SECOND
from sabotage.sabotage import Table, wrong
from sabotage.stored_run import StoredRun
from sabotage.tamper import Tampering, edited

#: The record of a passage: {"batch", "texts", "stored"} (conformance.events.event_trace).
Answer = dict[str, Any]
#: Makes a changed record of a passage.
EditOfRecord = Callable[[Answer], Answer]

_DUPLICATED = "^events sent to a receiver marked duplicated$"
_SAMPLE = "^20 events sent to {}, "
_OVER_THRIFT = "^20 events sent to {} over Thrift$"
_BY_BOTH_CLIENTS = "^the same events sent by the vendor's client and ours$"


def sample(to: str, edit: EditOfRecord) -> Tampering:
    """Change the record of events that were sent to one node."""
    return edited("cluster", _SAMPLE.format(to), edit)


def sample_over_thrift(to: str, edit: EditOfRecord) -> Tampering:
    """Change the record of events that a client sent over Thrift to one node."""
    return edited("cluster", _OVER_THRIFT.format(to), edit)


def nth(passage: Mapping[str, Any], number: int) -> str:
    """Return the id of an event by its place in the batch."""
    return str(passage["batch"][number]["id"])


def unprocessed(node: str, number: int) -> EditOfRecord:
    """Let one event never enter a node's plan."""
    return _traces(node, number, 0)


def processed_twice(node: str, number: int) -> EditOfRecord:
    """Let one event enter a node's plan twice."""
    return _traces(node, number, 2)


def unstored(number: int) -> EditOfRecord:
    """Remove the row of one event."""
    return lambda passage: _stored(passage, [one for one in passage["stored"] if one != nth(passage, number)])


def stored_twice(number: int) -> EditOfRecord:
    """Give one event two rows."""
    return lambda passage: _stored(passage, [*passage["stored"], nth(passage, number)])


def refused(number: int) -> EditOfRecord:
    """Let the receiver refuse one event, which then goes no further."""

    def edit(passage: Answer) -> Answer:
        event = passage["batch"][number]
        batch = [{**one, "status": 0, "problem": "no answer"} if one is event else one for one in passage["batch"]]
        return {**unstored(number)(passage), "batch": batch}

    return edit


def emitted_by_both(node: str, peer: str) -> EditOfRecord:
    """Let a node's peer emit the same events as the node."""

    def edit(passage: Answer) -> Answer:
        texts = passage["texts"]
        return {**passage, "texts": {**texts, peer: {**texts[peer], LOG_PATH: texts[node][LOG_PATH]}}}

    return edit


def emitted_by_no_node(passage: Answer) -> Answer:
    """Let no node emit anything."""
    return {**passage, "texts": {node: {**one, LOG_PATH: ""} for node, one in passage["texts"].items()}}


def _forwarded(answer: dict[str, Answer]) -> dict[str, Answer]:
    one = answer["one"]
    return {**answer, "one": {**one, "processed": {node: one["ids"] for node in one["processed"]}}}


def _one_row_less(answer: dict[str, Answer]) -> dict[str, Answer]:
    rows = answer["rows"]
    return {**answer, "rows": {**rows, "ours": rows["ours"][1:]}}


def _one_less(answer: dict[str, Answer]) -> dict[str, Answer]:
    both = answer["both"]
    return {**answer, "both": {**both, "processed": {**both["processed"], FIRST: both["ids"][1:]}}}


def _stored(passage: Answer, ids: list[str]) -> Answer:
    return {**passage, "stored": ids}


def _traces(node: str, number: int, times: int) -> EditOfRecord:
    """Let a node trace an event so many times before its plan; a trace has two lines, the event is in the second."""

    def edit(passage: Answer) -> Answer:
        lines = re.compile(rf"^.*\bbefore processing\s*\n.*\[{re.escape(nth(passage, number))},.*\n", re.MULTILINE)
        texts = {
            path: lines.sub(lambda found: found[0] * times, text) if path in TRACE_FILES else text
            for path, text in passage["texts"][node].items()
        }
        return {**passage, "texts": {**passage["texts"], node: texts}}

    return edit


SABOTAGES: Table[StoredRun] = {
    "EVT-01": {
        "event-not-forwarded": wrong(
            "one event that was sent to node 1 never enters the plan of node 2", sample(FIRST, unprocessed(SECOND, 7))
        ),
        "event-forwarded-twice": wrong(
            "one event that was sent to node 2 enters the plan of node 1 twice",
            sample(SECOND, processed_twice(FIRST, 3)),
        ),
    },
    "EVT-02": {
        "event-without-row": wrong("one event sent to node 1 has no row", sample(FIRST, unstored(4))),
        "event-with-two-rows": wrong("one event sent to node 2 has two rows", sample(SECOND, stored_twice(4))),
        "thrift-event-without-row": wrong(
            "one event sent over Thrift to node 1 has no row", sample_over_thrift(FIRST, unstored(4))
        ),
        "thrift-event-with-two-rows": wrong(
            "one event sent over Thrift to node 2 has two rows", sample_over_thrift(SECOND, stored_twice(4))
        ),
        "clients-differ": wrong(
            "one event of our Thrift client has no row, the vendor's client sent the same and has",
            edited("cluster", _BY_BOTH_CLIENTS, _one_row_less),
        ),
    },
    "EVT-03": {
        "duplicated-event-forwarded": wrong(
            "events of a receiver that is marked as duplicated are forwarded to node 2",
            edited("cluster", _DUPLICATED, _forwarded),
        ),
        "duplicated-event-lost": wrong(
            "node 1 processes one event less than the client sent to it", edited("cluster", _DUPLICATED, _one_less)
        ),
    },
    "EVT-04": {
        "passive-emits": wrong("node 2 emits events too", sample(FIRST, emitted_by_both(FIRST, SECOND))),
        "output-lost": wrong("the active node emits nothing", sample(SECOND, emitted_by_no_node)),
    },
}
