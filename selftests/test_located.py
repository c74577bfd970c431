"""Values that know where they stand."""

import copy
import pickle

import pytest

from conformance.judgement.located import Located, Where
from conformance.text.masking import mask

PLACE = Where("node2", "repository/conf/axis2/axis2.xml", 612, "/p[@name='port']", "Required configurations, step 2")


def test_a_located_text_is_the_text_and_its_place_reads_as_node_file_line_and_xpath() -> None:
    value = Located("wka", PLACE)
    assert value == "wka"
    assert {value: 1}["wka"] == 1
    assert value.where == PLACE
    assert str(PLACE) == "node2 repository/conf/axis2/axis2.xml:612 /p[@name='port']"
    assert str(Where("node1", "bin/start.sh")) == "node1 bin/start.sh"


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda value: pickle.loads(pickle.dumps(value))])
def test_a_copy_keeps_the_place(again: object) -> None:
    assert again(Located("wka", PLACE)).where == PLACE  # type: ignore[operator]


def test_a_number_and_a_text_that_was_trimmed_or_put_in_lower_case_keep_the_place() -> None:
    number, value = Located(" 4000 ", PLACE).int_(), Located(" TRUE ", PLACE)
    assert (number, number.where) == (4000, PLACE)
    assert (value.strip().lower(), value.strip().where, value.lower().where) == ("true", PLACE, PLACE)
    assert value.bool_()


@pytest.mark.parametrize("text", ["", "abc", "4000x", "4 000", "0x10", "--1", "²", "1.5"])
def test_what_is_no_number_fails_with_its_place(text: str) -> None:
    with pytest.raises(AssertionError, match=r"axis2\.xml:612 .*: found '.*', expected a whole number"):
        Located(text, PLACE).int_()


def test_a_missing_element_says_so() -> None:
    missing = Located.missing(PLACE)
    assert (missing.describe(), missing.present, missing.bool_()) == ("nothing", False, False)
    with pytest.raises(AssertionError, match="found nothing, expected a whole number"):
        missing.int_()


@pytest.mark.parametrize(
    ("xpath", "text", "told"),
    [
        ("spark.ssl.keyPassword", "abc", None),
        ("/a/property[@name='db.password']", " abc ", None),
        ("/Server/Connector/@keystorePass", "wso2carbon", None),
        ("/a/password", "[password]", "'[password]'"),
        ("/a/password", "${db.password}", "'${db.password}'"),
        ("/a/password/user", "abc", "'abc'"),
        ("spark.master.port", "7077", "'7077'"),
    ],
    # A mask differs from process to process.
    ids=["key", "property", "attribute", "placeholder", "variable", "no secret", "port"],
)
def test_a_secret_is_told_by_its_mask_alone(xpath, text, told):
    # No mask in the name of a test: it is another one in each process.
    expected = repr(mask(text.strip())) if told is None else told
    assert Located(text, Where("node1", "a.conf", 1, xpath)).describe() == expected
