"""A long text with its lines compared answers as the text itself, and hides what the text itself would hide."""

import base64
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.evidence import redaction
from conformance.evidence.redaction import Redactor
from conformance.text import alike_lines
from conformance.text.alike_lines import AlikeLines, occurrences

TIME = "TID: [-1234] [] [2026-11-26 21:13:30,000]"
ACCOUNT = base64.b64encode(b"admin:Zq1vX7k9").decode()
#: What lines of a log are made of: words that are searched, times, secrets in places of several kinds, signs.
PIECES = (
    *(TIME, TIME.lower(), "[2026-11-26 21:13:31,017]", "  INFO {org.example.Thing} - ", "\n", "\n", "\r\n", " ", "\t"),
    *("password", "PassWord=Zq1vX7k", "pass", "-pZq1vX7k", " -u", " a:Zq1vX7k9", "@host", "://u:Zq1vX7k@h"),
    "%70assword",
    *(ACCOUNT, "<password>Zq1vX7k</password>", "<", "'", '"', "]", "1234", "12345678", "00] ", "\u0130", "\uff50", "ä"),
    *("insert into t (a, password) values ('a', 'Zq1vX7k')", "password:\n  Zq1vX7k\n", "password=a\\\n  b\n", "key"),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
WORDS = ("password", "pass", " -p", " -u", "@", "00] ", "] ", "1234", "12345678", "tid", "\n", "", "i", "Zq1vX7k", "ä")


@given(TEXTS, st.integers(0, 400), st.sampled_from(WORDS))
def test_a_word_is_found_as_in_any_text(text, begin, word):
    for one, plain in ((AlikeLines.of(text), text), (AlikeLines.of(text).lower(), text.lower())):
        assert one.find(word) == plain.find(word)
        assert one.find(word, begin) == plain.find(word, begin)
        assert one.find(word, begin, begin + 30) == plain.find(word, begin, begin + 30)
        assert (word in one) == (word in plain)


@given(TEXTS)
def test_a_pattern_of_one_line_is_found_as_in_any_text(text):
    for pattern in (redaction.accounts.ENCODED, re.compile(" -u"), re.compile("[Pp]assw")):
        found = [one.span() for one in occurrences(pattern, AlikeLines.of(text))]
        assert found == [one.span() for one in pattern.finditer(text)]


@given(TEXTS)
def test_the_same_is_masked_as_in_a_text_that_is_searched_as_a_whole(text):
    whole = Redactor()
    expected = whole.text(text), whole.text(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(alike_lines, "SHORTEST", 0)
        patch.setattr(redaction, "_SETTINGS", -1)
        lines = Redactor()
        # Longer than what is remembered, so that nothing is; twice, for the second time more is known.
        found = lines._masked(text), lines._masked(text)
    assert found == expected


@pytest.mark.parametrize("at", [0, 699, 1400])
@pytest.mark.parametrize("secret", [
    "password=Zq1vX7k", "PASSWORD = Zq1vX7k", f"sent {ACCOUNT}", "mysql -pZq1vX7k9", "jdbc:x://u:Zq1vX7k@h",
    "%70wd=Zq1vX7k",
])  # fmt: skip
def test_a_secret_in_one_of_many_lines_is_masked_wherever_that_stands(at, secret):
    lines = [f"{TIME}  INFO {{org.example.Thing}} -  Something was done"] * 1400
    lines.insert(at, f"{TIME}  INFO {{org.example.Thing}} -  {secret}")
    text = "\n".join(lines)
    assert len(text) > alike_lines.SHORTEST
    masked = Redactor().text(text)
    assert ACCOUNT not in masked
    assert "Zq1vX7k" not in masked
    assert masked.count("Something was done") == 1400


def test_what_one_line_teaches_is_masked_in_lines_that_look_like_others():
    lines = [f"{TIME}  INFO {{org.example.Thing}} -  Something was done for Zq1vX7k"] * 1400
    text = "\n".join(["password=Zq1vX7k", *lines])
    assert "Zq1vX7k" not in Redactor().text(text)
