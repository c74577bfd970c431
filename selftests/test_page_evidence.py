"""What the page shows of an answer: the lines and elements that its requirement speaks of."""

import json
from pathlib import Path

import pytest

from conformance.judgement.catalogue import load
from reports.page.clip import LENGTH, elements, lines
from reports.page.words import Words
from selftests.page_home import MASTER, PAGE

CATALOGUE = load(Path(__file__).resolve().parents[1] / "suites" / "catalogue.toml")
#: The words of this requirement stand behind a long comment, where a head of the file would not show them.
COMMENT = "<!-- domain\n" + "licence WSO2UM_DB\n" * 50 + "-->\n"


def words(requirement_id: str) -> Words:
    one = CATALOGUE[requirement_id]
    return Words([one.sentence, one.repair, one.sabotage])


def test_a_requirement_shows_the_line_that_it_speaks_of_and_its_number_or_the_log_line_that_it_quotes():
    clip = lines(COMMENT + PAGE[MASTER], words("DS-01"))
    assert "60: <datasource><name>WSO2UM_DB</name><jndiConfig><name>jdbc/WSO2UM_DB</name>" in clip.text
    assert clip.of == "lines 58 to 62 of 69"
    log = "\n".join(["TID: Registry"] * 20 + ["INFO - Configured Registry in 63ms"] + ["TID: other"] * 20)
    assert "21: INFO - Configured Registry in 63ms" in lines(log, words("LOG-01")).text


def test_a_plain_word_counts_only_as_the_name_of_a_setting_and_lines_as_the_product_counts_them():
    text = 'the domain of this\n\n\n\n<parameter name="domain">wso2</parameter>'
    assert lines(text, Words(["Both nodes have the same domain."])).text.endswith(
        '5: <parameter name="domain">wso2</parameter>'
    )
    clip = lines("a\x85b\u2028c\r\nname WSO2UM_DB\n", Words(["WSO2UM_DB"]))
    assert clip.text.split("\n")[1] == "2: name WSO2UM_DB"


@pytest.mark.parametrize(
    "line", ["my_domain=", "domain", "the domain =", '"domains"', "WSO2UM_DB2", "/domainWSO2UM_DB"]
)
def test_a_word_within_another_one_or_within_a_sentence_is_not_meant(line):
    assert lines(f"first\n{line}\n", Words(["the domain of WSO2UM_DB"])) == lines(f"first\n{line}\n", Words([]))
    assert Words(["domain of `a b`"]).best("x\n a b\n") == 1


@pytest.mark.parametrize(
    "line", ["domain=", "\t domain x", "</domain>", "'domain'", "(WSO2UM_DB)", "é/domain/WSO2UM_DB"]
)
def test_a_word_is_meant_where_it_names_something(line):
    assert Words(["the domain of WSO2UM_DB"]).best(f"domain\n{line}\n") == 1


@pytest.mark.parametrize("text", ["", "\n\n", "<!-- never ends", "\x00\x85\u2028", "x" * 10**6])
def test_a_text_without_any_word_shows_its_beginning(text):
    clip = lines(text, Words([]))
    assert len(clip.text) <= LENGTH


def test_json_is_cut_between_elements_and_says_how_many_are_left_out_unless_it_is_short():
    rows = [[f"REG_TABLE_{number}", "latin1"] for number in range(100)]
    clip = elements([*rows, ["userdb", "utf8"]], Words(["the database userdb of users, or UserDB: `userdb`"]))
    shown, _, more = clip.text.rpartition(", … ")
    assert json.loads(shown + "]")[-1] == ["userdb", "utf8"]
    assert int(more.removesuffix(" more]")) == 101 - len(json.loads(shown + "]"))
    assert elements({"b": 1, "a": None}, Words([])) == elements({"a": None, "b": 1}, Words(["a"]))
    assert elements({"b": 1, "a": None}, Words([])).of == ""


@pytest.mark.parametrize("answer", [["x" * 10**5], {"a": {"b": [10**4000, "\n" * 10**5]}}, [[["y"] * 10**4]] * 99])
def test_json_with_huge_elements_stays_short(answer):
    assert len(elements(answer, Words([])).text) < 2 * LENGTH
