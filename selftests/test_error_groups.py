"""Equal errors are counted, the worst comes first, and of each the innermost cause is shown."""

import pytest

from conformance.node.log.error_groups import Finding, described, innermost_cause
from conformance.node.log.event import LogEvent
from conformance.node.log.parser import parse
from selftests.fake_node import file_line


def events(*lines: str) -> list[LogEvent]:
    return list(parse("".join(f"{line}\n" for line in lines), "a.log").events)


def error(text: str, level: str = "ERROR") -> str:
    return file_line(f"x.Y|{text}", level=level)


def test_equal_errors_are_one_line_with_their_count() -> None:
    found = [Finding(one) for one in events(*(error(f"task {n} of 0x{n}f failed") for n in range(7)), error("other"))]

    assert described(found).splitlines() == [
        "  a.log:1 ERROR Y - task 0 of 0x0f failed (7 times: lines 1, 2, 3 … 7)",
        "  a.log:8 ERROR Y - other",
    ]


def test_a_fatal_event_comes_first_and_many_kinds_are_counted_beside_those_that_are_shown() -> None:
    found = [Finding(one) for one in events(*[error("boom")] * 6, error("heap", "FATAL"))]

    assert described(found).splitlines()[0] == "  a.log:7 FATAL Y - heap"
    found = [
        Finding(one) for letter in "abcdefghij" for one in events(error(f"kind {letter}"), error(f"kind {letter}"))
    ]

    assert described(found).splitlines()[-1] == "  and 4 more, of 2 other kind(s)"


def test_other_notes_and_other_causes_are_other_kinds() -> None:
    one, two = events(error("boom"), "a.AException: x", error("boom"), "a.BException: y")

    assert len(described([Finding(one), Finding(two)]).splitlines()) == 2
    assert described([Finding(one, "why"), Finding(one)]).splitlines()[0].endswith("boom | a.AException: x [why]")


@pytest.mark.parametrize(
    ("trace", "cause"),
    [
        (["a.AException: x", "\tat a.B", "Caused by: b.BException: y", "\t... 3 more", "Caused by: c.C: z"], "c.C: z"),
        (["a.AException: x", "\tSuppressed: b.B: y", "\tCaused by: c.C: z", "Caused by: d.D: w"], "d.D: w"),
        (["a.AException: x", "\tat a.B"], "a.AException: x"),
        (["\tat a.B"], ""),
        ([], ""),
        (["unclear", "Caused by: b.B: y"], "b.B: y"),
        (["a.AException: x", "Caused by: " + "y" * 5000], "y" * 600 + " …"),
    ],
)
def test_the_innermost_cause_is_told(trace: list[str], cause: str) -> None:
    (event,) = events(error("boom"), *trace)

    assert innermost_cause(event) == cause


def test_a_very_long_message_is_shortened() -> None:
    found = [Finding(one) for one in events(error("z" * 100_000), "a.AException: " + "y" * 100_000)]

    assert len(described(found)) < 1500
