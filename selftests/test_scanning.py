"""Pieces between two marks: what a regular expression finds, in one pass."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.text.scanning import pieces, without

MARKS = {"<!--": "-->", "<?": "?>"}
PATTERN = re.compile(r"<!--.*?-->|<\?.*?\?>", re.DOTALL)


@given(st.lists(st.sampled_from(["<!--", "-->", "<?", "?>", "a", "\n", "-", ">"])).map("".join))
def test_it_finds_what_a_pattern_finds(text):
    assert [(begin, end) for begin, end, _ in pieces(text, MARKS)] == [one.span() for one in PATTERN.finditer(text)]
    assert without(text, MARKS) == PATTERN.sub("", text)


def test_line_ends_may_stay():
    assert without("a<!-- b\nc -->d", MARKS, lines=True) == "a\nd"


@pytest.mark.parametrize("text", ["<!--" * 200_000, "<?<!--" * 100_000 + "-->", "<!---->" * 100_000])
def test_marks_without_their_close_cost_one_pass(text):
    assert len(without(text, MARKS)) <= len(text)
