"""Errors of a log: equal ones are counted, the worst comes first, and which ones the allow-list tolerates."""

from datetime import date
from pathlib import Path

import pytest

from conformance.errors import ConformanceError
from conformance.judgement.catalogue import load as load_catalogue
from conformance.node.log.event import LogEvent
from conformance.node.log.parser import parse
from conformance.node.log.tolerated_errors import Finding, described, innermost_cause, load
from selftests.fake_node import file_line


def events(*lines: str) -> list[LogEvent]:
    return list(parse("".join(f"{line}\n" for line in lines), "a.log").events)


def error(text: str, level: str = "ERROR") -> str:
    return file_line(f"x.Y|{text}", level=level)


def test_equal_errors_are_one_line_with_their_count():
    found = [Finding(one) for one in events(*(error(f"task {n} of 0x{n}f failed") for n in range(7)), error("other"))]
    assert described(found).splitlines() == [
        "  a.log:1 ERROR Y - task 0 of 0x0f failed (7 times: lines 1, 2, 3 … 7)",
        "  a.log:8 ERROR Y - other",
    ]


def test_a_fatal_event_comes_first_and_many_kinds_are_counted_beside_those_that_are_shown():
    found = [Finding(one) for one in events(*[error("boom")] * 6, error("heap", "FATAL"))]
    assert described(found).splitlines()[0] == "  a.log:7 FATAL Y - heap"
    found = [Finding(one) for kind in "abcdefghij" for one in events(error(f"kind {kind}"), error(f"kind {kind}"))]
    assert described(found).splitlines()[-1] == "  and 4 more, of 2 other kind(s)"


def test_other_notes_and_other_causes_are_other_kinds():
    one, two = events(error("boom"), "a.AException: x", error("boom"), "a.BException: y")
    assert len(described([Finding(one), Finding(two)]).splitlines()) == 2
    assert described([Finding(one, "why"), Finding(one)]).splitlines()[0].endswith("boom | a.AException: x [why]")


@pytest.mark.parametrize(("trace", "cause"), [
    (["a.AException: x", "\tat a.B", "Caused by: b.BException: y", "\t... 3 more", "Caused by: c.C: z"], "c.C: z"),
    (["a.AException: x", "\tSuppressed: b.B: y", "\tCaused by: c.C: z", "Caused by: d.D: w"], "d.D: w"),
    (["a.AException: x", "\tat a.B"], "a.AException: x"),
    (["\tat a.B"], ""),
    ([], ""),
    (["unclear", "Caused by: b.B: y"], "b.B: y"),
    (["a.AException: x", "Caused by: " + "y" * 5000], "y" * 600 + " …"),
])  # fmt: skip
def test_the_innermost_cause_is_reported(trace, cause):
    (event,) = events(error("boom"), *trace)
    assert innermost_cause(event) == cause


def test_a_very_long_message_is_shortened():
    found = [Finding(one) for one in events(error("z" * 100_000), "a.AException: " + "y" * 100_000)]
    assert len(described(found)) < 1500


SUITES = Path(__file__).parents[1] / "suites"
GOOD = """
[[tolerated]]
logger = "a.B"
pattern = "^boom"
reason = "harmless"
until = 2027-01-31
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "list.toml"


def test_the_projects_list_names_requirements_that_exist():
    catalogue = load_catalogue(SUITES / "catalogue.toml")
    judges = {one.judged_by for one in load(SUITES / "tolerated_errors.toml").tolerances if one.judged_by}
    assert judges == {"LOG-08", "LOG-09", "LOG-10"}
    assert judges <= set(catalogue)


def test_a_record_is_read_and_an_empty_list_tolerates_nothing(path):
    path.write_text(GOOD)
    (record,) = load(path).tolerances
    assert (record.logger, record.until, record.kernels) == ("a.B", date(2027, 1, 31), ())
    path.write_text("# nothing\n")
    assert load(path).tolerances == ()


@pytest.mark.parametrize(("good", "other", "lines", "speaks"), [
    ("x", "x", ["a.B|boom now"], True),
    ("x", "x", ["a.B|no boom"], False),
    ("x", "x", ["a.C|boom"], False),
    ('"a.B"', '"*"', ["a.C|boom"], True),
    ('pattern = "^boom"', 'trace = "x.YError"', ["a.B|bang", "x.YError: z"], True),
    ('pattern = "^boom"', 'trace = "x.YError"', ["a.B|bang"], False),
    ("reason", 'trace = "YError"\nreason', ["a.B|boom", "\tat x.YError"], True),
    ("reason", 'trace = "YError"\nreason', ["a.B|boom with YError"], True),
    ("reason", 'trace = "YError"\nreason', ["a.B|bang", "\tat x.YError"], False),
])  # fmt: skip
def test_a_record_speaks_of_events_of_its_logger_with_its_text_and_trace(path, good, other, lines, speaks):
    path.write_text(GOOD.replace(good, other, 1))
    (record,) = load(path).tolerances
    head, *trace = lines
    assert [record.describes(one) for one in events(file_line(head, level="ERROR"), *trace)] == [speaks]
    assert not any(record.describes(one) for one in events(file_line(head, level="FATAL"), *trace))


@pytest.mark.parametrize(("kernel", "holds"), [("4.5.1", True), ("4.4.19", True), ("4.4.9", False), ("", False)])
def test_a_record_may_hold_on_some_kernels_alone(path, kernel, holds):
    path.write_text(GOOD.replace("reason", 'kernels = ["4.5.1", "4.4.19"]\nreason', 1))
    (record,) = load(path).tolerances
    assert bool(record.refusal(kernel, date(2026, 12, 1))) is not holds


@pytest.mark.parametrize(("good", "bad", "expected"), [
    ('logger = "a.B"', "", "logger is missing"),
    ('"harmless"', '" "', "reason is missing"),
    ('pattern = "^boom"', "", "neither pattern nor trace"),
    ('"^boom"', '"(boom"', "pattern is not a regular expression"),
    ('"^boom"', "7", "pattern is not a regular expression"),
    ("until = 2027-01-31", "", "a day in until or a requirement in judged_by"),
    ("until = 2027-01-31", 'until = "soon"', "until is 'soon' - expected a day"),
    ("until = 2027-01-31", "until = 2027-01-31T10:00:00", "until is .* - expected a day"),
    ("until = 2027-01-31", 'until = "soon"\njudged_by = "LOG-09"', "until is 'soon' - expected a day"),
    ("until = 2027-01-31", 'until = 2027-01-31\njudged_by = "LOG-09"', "either a day"),
    ("reason", 'kernels = "4.5.1"\nreason', "kernels is '4.5.1' - expected a list of texts"),
    ("reason", "kernels = [7]\nreason", r"kernels is \[7\] - expected a list of texts"),
    ("reason", 'after = "lunch"\nreason', "after is not one of peer lost, shutdown"),
    ("until = 2027-01-31", 'judged_by = "LOG-09"\nafter = "shutdown"', "stands beside judged_by"),
    ("reason", "resaon = 1\nreason", "unknown key resaon"),
])  # fmt: skip
def test_a_wrong_record_is_named(path, good, bad, expected):
    path.write_text(GOOD.replace(good, bad, 1))
    with pytest.raises(ConformanceError, match=rf"list\.toml: record 1: .*{expected}"):
        load(path)


@pytest.mark.parametrize(("text", "expected"), [
    ("tolerated = 7", "is not a list"), ("tolerated = [7]", "record 1: is not a table"), ("[[tolerated", "is not TOML"),
])  # fmt: skip
def test_a_wrong_file_is_named(path, text, expected):
    path.write_text(text)
    with pytest.raises(ConformanceError, match=expected):
        load(path)


def test_a_list_that_is_missing_or_no_text_is_named(path):
    with pytest.raises(ConformanceError, match="No such file"):
        load(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConformanceError, match="is not text in UTF-8"):
        load(path)
