"""Messages for the operator."""

from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.judgement import message
from conformance.judgement.catalogue import Kind, Level, Requirement
from conformance.judgement.located import Located, Where

PAGE = "Required configurations, step 2"
PORT = Requirement("CLU-05", Level.MUST, Kind.FILES, "The port is listed.", PAGE, "p", "s", "It stays alone.")
ONE = Located("4001", Where("node1", "axis2.xml", 7, "/port"))
TWO = Located("4000", Where("node2", "axis2.xml", 9, "/port", PORT.section))


def test_requirement_and_page_come_first() -> None:
    first = ["CLU-05 (must) The port is listed.", f"page: {PAGE}"]

    assert message.header([PORT], broken=True) == [*first, "what breaks: It stays alone."]
    assert message.header([PORT], broken=False) == first


@pytest.mark.parametrize(
    ("operator", "left", "right", "told"),
    [
        ("==", ONE, "4000", "node1 axis2.xml:7 /port: found '4001', expected '4000'"),
        ("==", "4000", ONE, "node1 axis2.xml:7 /port: found '4001', expected '4000'"),
        ("==", ONE.int_(), 4000, "node1 axis2.xml:7 /port: found 4001, expected 4000"),
        ("==", Located.missing(ONE.where), "4000", "node1 axis2.xml:7 /port: found nothing, expected '4000'"),
        ("!=", ONE, "4001", "node1 axis2.xml:7 /port: found '4001', expected anything but '4001'"),
        ("in", ONE, ["a", "b"], "node1 axis2.xml:7 /port: found '4001', expected one of 'a', 'b'"),
        ("not in", ONE, {"4001"}, "node1 axis2.xml:7 /port: found '4001', expected none of '4001'"),
        (">=", ONE.int_(), 5000, "node1 axis2.xml:7 /port: found 4001, expected at least 5000"),
    ],
)
def test_a_comparison_tells_place_found_and_expected(operator: str, left: object, right: object, told: str) -> None:
    assert message.compared(operator, left, right) == [told]


def test_a_comparison_across_nodes_and_of_lists_tells_where_each_value_stands() -> None:
    assert message.compared("==", TWO, ONE) == [
        "node2 axis2.xml:9 /port: found '4000', expected '4001'",
        "'4001' stands at node1 axis2.xml:7 /port (page: Required configurations, step 2)",
    ]
    assert message.compared("!=", TWO, ONE)[0].endswith("found '4000', expected anything but '4001'")
    assert message.compared("==", [ONE, TWO], []) == [
        "node1 axis2.xml:7 /port: found '4001', expected nothing",
        f"node2 axis2.xml:9 /port: found '4000', expected nothing (page: {PAGE})",
    ]
    assert message.compared("==", [ONE], ["4000"]) == [
        "found '4001', expected '4000'",
        "'4001' stands at node1 axis2.xml:7 /port",
    ]
    assert message.compared("<=", {"4000"}, {ONE})[0] == "found '4000', expected at most '4001'"


@pytest.mark.parametrize(
    ("left", "right", "told"),
    [
        (1, 2, "found 1, expected 2"),
        ([], ["a"], "found nothing, expected 'a'"),
        (None, True, "found nothing, expected true"),
        ({"node1": False}, {"node1": "x"}, "found 'node1': false, expected 'node1': 'x'"),
        (Kind.FILES, "live", "found 'files', expected 'live'"),
        ((1.5, ()), [1.5], "found 1.5, nothing, expected 1.5"),
    ],
)
def test_plain_values_are_told_without_python(left: object, right: object, told: str) -> None:
    assert message.compared("==", left, right) == [told]


def test_only_what_has_a_place_is_told_so_to_a_developer() -> None:
    assert message.located([ONE], "x")
    assert message.located("x", TWO)
    assert not message.located([1], "x")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("assert node1 x: found 1, expected 2", "node1 x: found 1, expected 2"),
        ("node1 lacks a member\nassert {1} == {2}", "node1 lacks a member"),
        ("promotion not within 25 s", "promotion not within 25 s"),
        ("", "the requirement does not hold"),
        (f"assert found 'x' (page: {PORT.section})", "found 'x'"),
    ],
)
def test_a_failure_reads_without_the_words_of_the_framework(said: str, told: str) -> None:
    assert message.of_failure(AssertionError(said), [PORT]) == told


def test_missing_evidence_is_one_line_and_only_the_unforeseen_has_a_traceback() -> None:
    assert message.of_error(EvidenceError("no log", "start it"), "long") == "no evidence: no log - start it"
    assert message.of_error(KeyError("x"), "line 7") == "KeyError: 'x'\nline 7"


def test_the_place_of_a_failure_is_in_the_test_not_in_the_library() -> None:
    with pytest.raises(AssertionError) as caught:
        Located("x", ONE.where).int_()
    here = Path(__file__)
    assert message.place(caught, here, here.parent.parent).startswith(f"selftests/{here.name}:")
