"""Texts that the product writes for events: traces of the lab's plan and lines of its logger publisher."""

from collections.abc import Iterable
from datetime import datetime, timezone

from conformance.events.batch import value_of
from selftests.fake_node import file_line

ADAPTER = "org.wso2.carbon.event.output.adapter.logger.LoggerEventAdapter"
_TRACE = "[2026-11-22 21:58:24,716]  INFO {EVENT_TRACE_LOGGER} -  TenantId : -1234, Event Processor : LabSum, "


def name(seq: int) -> str:
    return f"run-{seq:05d}"


def entered(*seqs: int) -> str:
    return "".join(f"{_TRACE}Event Stream : LabIn:1.0.0 (labIn), before processing\n{_event(s, [])}\n" for s in seqs)


def answered(seq: int, total: int, events: int = 10) -> str:
    return f"{_TRACE}Event Stream : LabOut:1.0.0 (labOut), after processing\n[{_event(seq, [total, events])}]\n"


def passed(seqs: Iterable[int], before: Iterable[int] = ()) -> str:
    """Trace of events that pass a plan whose window goes on from `before`."""
    known, text = list(before), ""
    for seq in seqs:
        known.append(seq)
        window = known[-10:]
        text += entered(seq) + answered(seq, sum(value_of(one) for one in window), len(window))
    return text


def emitted(seq: int, total: int = 0, events: int = 10, at: str = "2026-11-22 21:58:24,716") -> str:
    """Two lines of the logger publisher in the file form."""
    numbers = f'"seq":{seq},"value":{value_of(seq)},"total":{total},"events":{events}'
    event = f'{{"event":{{"payloadData":{{"id":"{name(seq)}",{numbers}}}}}}}'
    return file_line(f"{ADAPTER}|Unique ID: LabLog,\n Event: {event}", at) + "\n"


def logged_at(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%d %H:%M:%S,%f")[:-3]


def _event(seq: int, state: list[int]) -> str:
    data = ", ".join([name(seq), str(seq), str(value_of(seq)), *(str(number) for number in state)])
    return f"Event{{timestamp=1795384704716, data=[{data}], isExpired=false}}"
