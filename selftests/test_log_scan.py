"""Lines are found in a log of any size, whatever it holds and wherever its pieces end."""

import random
import tracemalloc

import pytest

from conformance.node.log import scan as log_scan
from conformance.node.log.follower import LOG_PATH
from conformance.node.log.scan import begin_within, lines_before, lines_with, pieces, starts_in, troubles_in
from selftests.fake_node import FakeAccess, file_line, file_log

START = "core|Starting WSO2 Carbon..."
FILLER = file_log("ha|filler")


@pytest.fixture(params=[1, 7, 64, 1 << 20])
def piece(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """Sizes of a piece: of a byte, of parts of a line, of all."""
    monkeypatch.setattr(log_scan, "PIECE", request.param)
    return int(request.param)


def node(log: str | bytes) -> FakeAccess:
    return FakeAccess(files={LOG_PATH: log.encode() if isinstance(log, str) else log})


@pytest.mark.usefixtures("piece")
def test_starts_are_found_with_the_bytes_before_them_and_what_only_speaks_of_one_is_none() -> None:
    log = FILLER + file_log(START, "ha|one life") + file_log(START)
    found = starts_in(node(log), LOG_PATH)
    assert [one.offset for one in found] == [len(FILLER), len(FILLER) + len(file_log(START, "ha|one life"))]
    assert {one.text for one in found} == {file_line(START)}
    texts = ["ha|Starting WSO2 Carbon...", "core|Starting WSO2 Carbon... again"]
    cut = file_line(START)  # not ended: what it would have said is not known
    assert starts_in(node("Starting WSO2 Carbon...\n" + file_log(*texts) + cut), LOG_PATH) == []


@pytest.mark.usefixtures("piece")
def test_troubles_are_events_of_two_levels_in_order() -> None:
    lines = [
        file_line("ha|boom", level="FATAL"),
        file_line("ha|ERROR { FATAL {"),
        file_line("ha|bang ERROR FATAL", level="ERROR"),
        "ERROR {no event}",
    ]
    found = troubles_in(node("".join(f"{line}\r\n" for line in lines)), LOG_PATH)
    assert [one.text for one in found] == [lines[0], lines[2]]


@pytest.mark.usefixtures("piece")
def test_lines_before_an_offset_are_counted() -> None:
    access = node("one\ntwo\nthree\n")
    assert [lines_before(access, LOG_PATH, offset) for offset in (0, 3, 4, 8, 99)] == [0, 0, 1, 2, 3]


def test_a_long_log_begins_with_the_oldest_start_from_which_it_fits() -> None:
    log = file_log(START, "ha|life") * 3
    one = len(log) // 3
    begins = [begin_within(node(log), LOG_PATH, room) for room in (len(log), len(log) - 1, 2 * one, one + 2, 9, -1)]
    assert begins == [0, one, one, 2 * one, None, None]


@pytest.mark.parametrize("seed", range(20))
def test_no_piece_hides_what_a_plain_reading_finds(seed: int) -> None:
    dice = random.Random(seed)
    data = bytes(dice.choices(b"ab\n", k=300))
    at = sorted(dice.sample(range(len(data)), 20))
    parts = [data[begin:end] for begin, end in zip([0, *at], [*at, len(data)], strict=True)]
    whole = data[: data.rfind(b"\n") + 1].decode().splitlines()
    expected = [line for line in whole if "ab" in line or "ba" in line]
    found = list(lines_with((b"ab", b"ba"), parts))
    assert [one.text for one in found] == expected
    assert all(data[one.offset :].startswith(one.text.encode() + b"\n") for one in found)


@pytest.mark.parametrize("unit", [b"x", b"\xff\x00\xc3\n", b"Starting WSO2 Carbon...", b"ERROR {\n"])
def test_a_hostile_log_is_searched_in_bounded_memory(unit: bytes) -> None:
    count, block = 50, unit * ((1 << 20) // len(unit))
    tracemalloc.start()
    found = sum(1 for _ in lines_with((b"Starting WSO2 Carbon...",), (block for _ in range(count))))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (found, peak < 8 << 20) == (0, True)


def test_pieces_are_read_one_after_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_scan, "PIECE", 4)
    assert list(pieces(node("123456789"), LOG_PATH, 3)) == [b"4567", b"89"]
