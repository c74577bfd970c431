"""Messages for the operator, and the values in them, which know where they stand; each finding is said once."""

import copy
import pickle
from pathlib import Path

import pytest

from conformance.errors import EvidenceError
from conformance.judgement import message
from conformance.judgement.catalogue import Kind, Level, Requirement
from conformance.judgement.located import Located, Where
from conformance.judgement.message import said_once
from conformance.text.masking import mask
from conformance.text.printable import listed, rows
from reports.verify import _said_once

PAGE = "Required configurations, step 2"
PORT = Requirement("CLU-05", Level.MUST, Kind.FILES, "The port is listed.", PAGE, "p", "It stays alone.", "s")
ONE = Located("4001", Where("node1", "axis2.xml", 7, "/port"))
TWO = Located("4000", Where("node2", "axis2.xml", 9, "/port", PORT.section))
PLACE = Where("node2", "repository/conf/axis2/axis2.xml", 612, "/p[@name='port']", "Required configurations, step 2")
ABSENT = "node1 registry.xml:1 /r: found remoteInstance nowhere, expected {}\n(suites/test_registry_mount.py:{})"
MOUNT = "node1 registry.xml:1 /r: found mounts of nothing, expected {} {!r}\n(suites/test_registry_mount.py:{})"


def test_requirement_and_page_come_first_and_of_errors_only_the_unforeseen_has_a_traceback():
    first = ["CLU-05 (must) The port is listed.", f"page: {PAGE}"]
    assert message.header([PORT], broken=True) == [*first, "what breaks: It stays alone."]
    assert message.header([PORT], broken=False) == first
    assert message.of_error(EvidenceError("no log", "start it"), "long") == "no evidence: no log - start it"
    assert message.of_error(KeyError("x"), "line 7") == "KeyError: 'x'\nline 7"


@pytest.mark.parametrize(("operator", "left", "right", "text"), [
    ("==", ONE, "4000", "node1 axis2.xml:7 /port: found '4001', expected '4000'"),
    ("==", "4000", ONE, "node1 axis2.xml:7 /port: found '4001', expected '4000'"),
    ("==", ONE.int_(), 4000, "node1 axis2.xml:7 /port: found 4001, expected 4000"),
    ("==", Located.missing(ONE.where), "4000", "node1 axis2.xml:7 /port: found nothing, expected '4000'"),
    ("!=", ONE, "4001", "node1 axis2.xml:7 /port: found '4001', expected anything but '4001'"),
    ("in", ONE, ["a", "b"], "node1 axis2.xml:7 /port: found '4001', expected one of 'a', 'b'"),
    ("not in", ONE, {"4001"}, "node1 axis2.xml:7 /port: found '4001', expected none of '4001'"),
    (">=", ONE.int_(), 5000, "node1 axis2.xml:7 /port: found 4001, expected at least 5000"),
    (">", ONE.int_(), 5000, "node1 axis2.xml:7 /port: found 4001, expected more than 5000"),
    ("<=", ONE.int_(), 4000, "node1 axis2.xml:7 /port: found 4001, expected at most 4000"),
    ("<", ONE.int_(), 4000, "node1 axis2.xml:7 /port: found 4001, expected less than 4000"),
    ("!=", "4001", ONE, "node1 axis2.xml:7 /port: found '4001', expected anything but '4001'"),
    ("is", ONE, None, "node1 axis2.xml:7 /port: found '4001', expected is nothing"),
])  # fmt: skip
def test_a_comparison_shows_place_found_and_expected(operator, left, right, text):
    assert message.compared(operator, left, right) == [text]


def test_a_comparison_across_nodes_and_of_lists_shows_where_each_value_stands():
    assert message.compared("==", TWO, ONE) == [
        "node2 axis2.xml:9 /port: found '4000', expected the same on both nodes",
        "'4001' stands at node1 axis2.xml:7 /port (page: Required configurations, step 2)",
    ]
    assert message.compared("!=", TWO, ONE)[0].endswith("found '4000', expected another one on each node")
    assert message.compared("==", ONE, Located("1", ONE.where))[0].endswith("found '4001', expected '1'")
    assert message.compared("==", [ONE, TWO], []) == [
        "node1 axis2.xml:7 /port: found '4001', expected nothing",
        f"node2 axis2.xml:9 /port: found '4000', expected nothing (page: {PAGE})",
    ]
    one = ["found '4001', expected '4000'", "'4001' stands at node1 axis2.xml:7 /port"]
    assert message.compared("==", [ONE], ["4000"]) == one
    for left, right in (({"4000"}, {ONE}), ("4000", ONE)):
        assert message.compared("<=", left, right)[0] == "found '4000', expected at most '4001'"


@pytest.mark.parametrize(("left", "right", "text"), [
    (1, 2, "found 1, expected 2"),
    ([], ["a"], "found nothing, expected 'a'"),
    (None, True, "found nothing, expected true"),
    ({"node1": False}, {"node1": "x"}, "found 'node1': false, expected 'node1': 'x'"),
    (Kind.FILES, "live", "found 'files', expected 'live'"),
    ((1.5, ()), [1.5], "found 1.5, nothing, expected 1.5"),
])  # fmt: skip
def test_plain_values_are_reported_without_python(left, right, text):
    assert message.compared("==", left, right) == [text]


@pytest.mark.parametrize(("said", "text"), [
    ("assert node1 x: found 1, expected 2", "node1 x: found 1, expected 2"),
    ("node1 lacks a member\nassert {1} == {2}", "node1 lacks a member"),
    ("promotion not within 25 s", "promotion not within 25 s"),
    ("", "the requirement does not hold"),
    (f"assert found 'x' (page: {PORT.section})", "found 'x'"),
])  # fmt: skip
def test_a_failure_reads_without_the_words_of_the_framework(said, text):
    assert message.of_failure(AssertionError(said), [PORT]) == text


def test_the_place_of_a_failure_is_in_the_test_not_in_the_library():
    with pytest.raises(AssertionError) as caught:
        Located("x", ONE.where).int_()
    here = Path(__file__)
    line = caught.traceback[0].lineno + 1
    assert message.place(caught, here, here.parent.parent) == f"selftests/{here.name}:{line}"
    assert message.place(caught, here, here / "elsewhere") == f"{here}:{line}"
    assert message.place(caught, here.with_name("other.py"), here.parent) == "other.py"


def test_a_located_text_is_the_text_and_its_place_reads_as_node_file_line_and_xpath():
    value = Located("wka", PLACE)
    assert value == "wka"
    assert {value: 1}["wka"] == 1
    assert value.where == PLACE
    assert str(PLACE) == "node2 repository/conf/axis2/axis2.xml:612 /p[@name='port']"
    assert str(Where("node1", "bin/start.sh")) == "node1 bin/start.sh"


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_a_copy_keeps_the_place(again):
    assert again(Located("wka", PLACE)).where == PLACE  # type: ignore[operator]


def test_a_number_and_a_text_that_was_trimmed_or_put_in_lower_case_keep_the_place():
    number, value = Located(" 4000 ", PLACE).int_(), Located(" TRUE ", PLACE)
    assert (number, number.where) == (4000, PLACE)
    assert (value.strip().lower(), value.strip().where, value.lower().where) == ("true", PLACE, PLACE)
    assert value.bool_() is not Located("\xa0true", PLACE).bool_()
    # Java's Integer.parseInt knows the digits of all scripts, JAXB those of ASCII.
    assert [Located(text, PLACE).int_() for text in ("+7", "-7", "9" * 18, "+٣", "４0")] == [7, -7, 10**18 - 1, 3, 40]
    with pytest.raises(AssertionError, match="found '٣', expected a whole number"):
        Located("٣", PLACE).int_(plain=True)


@pytest.mark.parametrize("text", [
    "{{ offset }}", "@@OFFSET@@", "a <%= offset %>", "{% if x %}1{% endif %}", "@offset@", "%OFFSET%", "__OFFSET__",
])  # fmt: skip
def test_a_template_that_was_not_rendered_is_called_so(text):
    with pytest.raises(AssertionError, match=r"found '.*' \(of a template that was not rendered\), expected a whole n"):
        Located(text, PLACE).int_()


@pytest.mark.parametrize("text", ["", "abc", "4000x", "4 000", "0x10", "--1", "²", "1.5", "9" * 19])
def test_what_is_no_number_fails_with_its_place(text):
    with pytest.raises(AssertionError, match=r"axis2\.xml:612 .*: found '.*', expected a whole number"):
        Located(text, PLACE).int_()


def test_a_missing_element_says_so_and_only_what_has_a_place_is_reported_as_such():
    missing = Located.missing(PLACE)
    assert (missing.describe(), missing.present, missing.bool_()) == ("nothing", False, False)
    with pytest.raises(AssertionError, match="found nothing, expected a whole number"):
        missing.int_()
    assert message.located([ONE], "x")
    assert message.located("x", TWO)
    assert not message.located([1], "x")


@pytest.mark.parametrize(("xpath", "text", "shown"), [
    ("spark.ssl.keyPassword", "abc", None),
    ("/a/property[@name='db.password']", " abc ", None),
    ("/Server/Connector/@keystorePass", "wso2carbon", None),
    ("/a/password", "[password]", "'[password]'"),
    ("/a/password", "${db.password}", "'${db.password}'"),
    ("/a/password/user", "abc", "'abc'"),
    ("spark.master.port", "7077", "'7077'"),
    # A mask differs from process to process: names that stay.
], ids=["key", "property", "attribute", "placeholder", "variable", "no secret", "port"])  # fmt: skip
def test_a_secret_is_reported_by_its_mask_alone(xpath, text, shown):
    # No mask in the name of a test: it is another one in each process.
    expected = repr(mask(text.strip())) if shown is None else shown
    assert Located(text, Where("node1", "a.conf", 1, xpath)).describe() == expected


def test_values_stand_with_commas_between():
    assert listed(["a", "b c"]) == "'a', 'b c'"
    assert listed(number for number in (3, 1)) == "3, 1"
    assert listed([]) == "none"
    assert rows([("a", 1), ("b", 2)]) == "'a', 1; 'b', 2"
    assert rows([]) == "none"


@pytest.mark.parametrize(("messages", "kept"), [
    ([], []),
    ([ABSENT.format("'gov' once", 40), *(ABSENT.format("one with id 'gov'", line) for line in (50, 60))], [0]),
    ([ABSENT.format("'gov' once", 40), ABSENT.format("'gov' once", 40).replace("node1", "node2")], [0, 1]),
    ([MOUNT.format("one of", "/a", 1), MOUNT.format("once", "/b", 1), MOUNT.format("once", "/a", 2)], [0, 1]),
    (["node1 x:1: found '1', expected '2'", "node1 x:9: found '1', expected '2'"], [0, 1]),
    (["node1 x:1: found 1, expected at most 2", "node1 x:1: found 1, expected a number"], [0, 1]),
    (["no quorum\n(suites/test_a.py:3)", "no quorum\n(suites/test_a.py:9, setup)", "no cluster"], [0, 2]),
    (["a\nb\n(suites/test_a.py:3)", "b\n(suites/test_a.py:4)", "b\nc", "c\na"], [0, 2]),
    (["(suites/test_a.py:3)", "(suites/test_a.py:4)"], [0, 1]),
    (["found 'a', expected 'b', 'c'", "found 'a', expected 'c' or 'b'", "found 'a', expected 'b'"], [0, 2]),
])  # fmt: skip
def test_what_was_said_is_not_said_again(messages, kept):
    assert said_once(messages) == [messages[place] for place in kept]
    assert _said_once(messages) == [messages[place] for place in kept]
