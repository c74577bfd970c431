import itertools

import pytest

from conformance.node.log.events import Events
from conformance.node.log.ordered_block import LogLine, OrderedBlock
from conformance.node.log.reading import LogReading, LogSection
from selftests.fake_node import file_line, file_log

LINES = ["a.A|Up in 3ms", "a.A|Mounted x in 1ms", "a.A|Mounted x in 0ms", "a.B|Elected [u-1]", "a.B|Done"]
BLOCK = OrderedBlock(
    "the block",
    LogLine("a.A", "Up in {n}ms"),
    LogLine("a.A", "Mounted x in {n}ms", hint="one for each mount"),
    LogLine("a.A", "Mounted x in {n}ms", hint="one for each mount"),
    LogLine("B", "Restored.", optional=True),
    LogLine("B", "Elected [{uuid}]"),
    LogLine("B", "Done"),
)


def section(*shorts) -> LogSection:
    return LogReading("node1", [("a.log", file_log(*shorts))]).all


def test_a_block_in_order_is_complete_whatever_stands_between():
    match = BLOCK.match(section("x|noise", *itertools.chain(*((line, "x|noise") for line in LINES))))
    assert match.complete
    assert [event.line if event else None for _, event in match.found] == [2, 4, 6, None, 8, 10]


@pytest.mark.parametrize("missing", range(len(LINES)))
def test_any_missing_line_is_reported(missing):
    lines = [line for number, line in enumerate(LINES) if number != missing]
    assert not BLOCK.match(section(*lines)).complete


@pytest.mark.parametrize("order", [(1, 0, 2, 3, 4), (0, 1, 3, 2, 4), (0, 1, 2, 4, 3), (4, 3, 2, 1, 0)])
def test_any_swapped_lines_are_reported(order):
    assert "out of order" in BLOCK.match(section(*(LINES[number] for number in order))).message


def test_the_message_of_a_line_that_is_missing_or_out_of_order_names_places_lines_and_hint():
    assert BLOCK.match(section(LINES[0], LINES[1], *LINES[3:])).message == (
        "node1 log (a.log:1-4): the block: expected 'Mounted x in {n}ms' of a.A after a.log:2 ('Mounted x in 1ms'), "
        "but it is missing (one for each mount); page section 'Starting the cluster'"
    )
    message = BLOCK.match(section(*LINES[:3], LINES[4], LINES[3])).message
    assert "expected 'Done' of B after a.log:5 ('Elected [u-1]'), but it stands before that, in line 4" in message


def test_an_optional_line_is_taken_where_it_belongs_and_does_no_harm_elsewhere():
    found = dict(BLOCK.match(section(*LINES[:3], "a.B|Restored.", *LINES[3:])).found)
    elsewhere = BLOCK.match(section("a.B|Restored.", *LINES, "a.B|Restored."))
    assert found[BLOCK.lines[3]].line == 4
    assert elsewhere.complete
    assert dict(elsewhere.found)[BLOCK.lines[3]] is None


def test_a_given_value_must_stand_in_the_line_as_it_is_and_another_one_is_reported():
    block = OrderedBlock("sync", LogLine("T", "Connecting to {address}"))
    log = section("a.T|Connecting to 10.0.0.1:11225")
    assert block.match(log, address="10.0.0.1:11225").complete
    assert "found instead: line 1 'Connecting to 10.0.0.1:11225'" in block.match(log, address="10.0.0.1:11224").message
    assert not block.match(section("a.T|Connecting to 10x0x0x1:1"), address="10.0.0.1:1").complete


@pytest.mark.parametrize(("line", "logged", "complete"), [
    (LogLine("a.A", "Done"), ["b.A|Done", "a.A|Done now", "a.A|done"], False),
    (LogLine("A", "{x} = {x}"), ["a.A|1 = 1"], True),
    (LogLine("A", "{x} = {x}"), ["a.A|1 = 2"], False),
], ids=["another logger or more text", "one placeholder twice", "with two texts"])  # fmt: skip
def test_a_line_is_that_of_its_logger_with_its_text_alone(line, logged, complete):
    assert OrderedBlock("b", line).match(section(*logged)).complete is complete


def test_a_line_cut_at_the_end_of_the_log_is_missing_of_an_empty_section_the_first_and_none_is_sought_in_the_next():
    text = file_log(*LINES[:4]) + file_line(LINES[4])[:-1]
    start = "core|Starting WSO2 Carbon..."
    log = LogReading("node1", [("a.log", file_log(start, *LINES[:2], start, *LINES))])
    assert "expected 'Done'" in BLOCK.match(LogReading("node1", [("a.log", text)]).all).message
    assert "node1 start (no event)" in BLOCK.match(LogSection("node1", "start", Events())).message
    assert [BLOCK.match(one).complete for one in log.starts] == [False, True]


def test_a_value_knows_its_line():
    log = section(*LINES)
    value = BLOCK.lines[4].value_of(log.events[3], "node1", "uuid")
    assert value == "u-1"
    assert str(value.where) == "node1 a.log:4 uuid of 'Elected'"
    with pytest.raises(ValueError, match="is no"):
        BLOCK.lines[4].value_of(log.events[0], "node1", "uuid")
