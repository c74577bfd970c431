"""Traces and outputs of events: the product's formats, other plans' lines, and lines that are cut."""

import pytest

from conformance.errors import EvidenceError
from conformance.events import traces
from conformance.events.outputs import outputs
from conformance.node.log.parser import parse
from selftests import event_texts
from selftests.fake_node import file_line

PATH = "repository/logs/wso2carbon-trace-messages.log"


def test_events_that_entered_are_read_with_their_place_and_answers_with_sum_and_count():
    (event,) = traces.entered(event_texts.entered(7), PATH)
    assert (event.id, event.seq, event.value, event.place) == ("run-00007", 7, 128, f"{PATH}:2")
    (event,) = traces.answered(event_texts.answered(7, 255, 8), PATH)
    assert (event.total, event.events) == (255, 8)


def test_the_vendors_own_lines_and_events_that_entered_together_read_the_same():
    line = event_texts.entered(7).replace(
        "[2026-11-22 21:58:24,716]  INFO {EVENT_TRACE_LOGGER} -  ", "21:58:24,716 [-] [pool-1] INFO EVENT_TRACE_LOGGER "
    )
    assert [event.seq for event in traces.entered(line, PATH)] == [7]
    first, second = (event_texts.entered(seq).splitlines() for seq in (1, 2))
    together = f"{first[0]}\n[{first[1]}, {second[1]}]\n"
    assert [event.seq for event in traces.entered(together, PATH)] == [1, 2]


@pytest.mark.parametrize(
    "text",
    [
        event_texts.entered(1).replace("LabSum", "OtherPlan"),
        event_texts.answered(2, 4),
        event_texts.entered(1).replace("isExpired=false", "isExpired=true"),
        event_texts.entered(1).rstrip("\n"),
    ],
    ids=["another plan", "the other side", "expired", "still being written"],
)
def test_what_is_no_event_that_entered_is_left_out(text):
    assert traces.entered(text, PATH) == ()


@pytest.mark.parametrize(
    "broken", ["", "Event{timestamp=1, data=[a", "garbage", "Event{timestamp=1, data=[a, x, 2], isExpired=false}"]
)
def test_an_unreadable_event_is_an_evidence_error_with_its_line(broken):
    head = event_texts.entered(1).splitlines()[0]
    with pytest.raises(EvidenceError, match=f"{PATH}:2"):
        traces.entered(f"{head}\n{broken}\n", PATH)


def test_outputs_are_read_from_the_log_of_the_logger_publisher():
    log = file_line("core|Starting WSO2 Carbon...") + "\n" + event_texts.emitted(3, 15, 4)
    (output,) = outputs(parse(log, "wso2carbon.log").events)
    assert (output.id, output.seq, output.total, output.events, output.place) == (
        "run-00003",
        3,
        15,
        4,
        "wso2carbon.log:2",
    )


def test_other_publishers_are_left_out():
    log = event_texts.emitted(3).replace("LabLog", "OTHER")
    assert outputs(parse(log, "wso2carbon.log").events) == ()


@pytest.mark.parametrize("event", ["{", "{}", '{"event":{"payloadData":{"id":"a"}}}', '{"event":[]}', "text"])
def test_an_unreadable_output_is_an_evidence_error_with_its_line(event):
    log = file_line(f"{event_texts.ADAPTER}|Unique ID: LabLog,\n Event: {event}") + "\n"
    with pytest.raises(EvidenceError, match=r"wso2carbon\.log:1"):
        outputs(parse(log, "wso2carbon.log").events)
