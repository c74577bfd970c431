"""What users read does without the private words that the project once had: documents, catalogue, messages, report."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from selftests.whole_run import PROJECT

#: Each with what to write instead.
RETIRED = {
    r"\b(?:told|tells|tell)\b": "says, shows, reports, names - by meaning",
    r"\banew\b": "again",
    r"\bwhoever\b": "anyone who, the person who",
    r"\b(?:nobody|somebody|anybody)\b": "no one, someone, anyone",
    r"\b(?:is|are|was|be) none\b": "is not a …",
    r"\bmend(?:s|ed|ing)?\b": "fix, repair",
    r"\bsound(?:ness)?\b": "healthy",
    r"\b(?:is|made|proven|not|be|looks|cluster) whole\b|\bwhole (?:again|cluster)\b": "healthy, repaired",
    r"\bputs? (?:\w+ ){0,2}out\b": "emit, publish",
}
_ANY = re.compile("|".join(RETIRED), re.IGNORECASE)
#: Texts that are stored in runs or name a file, and what reads runs of before version 1.0.
_KEPT = (
    re.compile(r"selftests/data/sound-run\.tar\.gz|soundness \{moment\}|^soundness $|soundness \(health"),
    re.compile(r"^(?:told|passage|soundness)$"),
    re.compile(r"^first event processed and put out$|^nobody listens on ports$"),
)
_CODE = ("conformance", "suites", "fixtures", "reports")


def _documents() -> Iterator[tuple[str, str]]:
    paths = [*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md"), *(PROJECT / "compose").glob("*.md")]
    paths += [*(PROJECT / "suites").glob("*.toml"), *(PROJECT / "reports" / "page").glob("*.j2")]
    for path in paths:
        text = path.read_text(encoding="utf-8")
        # Names in the code, and what a template computes, are no words.
        text = re.sub(r"`[^`\n]*`|\{[{%].*?[%}]\}", "", text, flags=re.DOTALL)
        for number, line in enumerate(text.splitlines(), 1):
            yield f"{path.relative_to(PROJECT)}:{number}", line


def strings(source: str) -> Iterator[tuple[int, str]]:
    """The texts in a module that are not docstrings, with their lines."""
    docstrings = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef):
            docstrings |= {id(one.value) for one in node.body[:1] if isinstance(one, ast.Expr)}
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docstrings:
            yield node.lineno, node.value


def _messages() -> Iterator[tuple[str, str]]:
    for folder in _CODE:
        for path in (PROJECT / folder).rglob("*.py"):
            for line, text in strings(path.read_text(encoding="utf-8")):
                yield f"{path.relative_to(PROJECT)}:{line}", text


def retired(text: str) -> list[str]:
    found = _ANY.findall(text)
    return [] if found and any(kept.search(text) for kept in _KEPT) else found


def test_documents_catalogue_report_and_messages_do_without_retired_words():
    texts = [*_documents(), *_messages()]
    assert {place: found for place, text in texts if (found := retired(text))} == {}


def test_nothing_in_the_code_is_called_by_a_word_of_six_meanings():
    folders = (*_CODE, "bench", "sabotage", "selftests")
    paths = (path for folder in folders for path in (PROJECT / folder).rglob("*.py") if path != Path(__file__))
    found = {str(path) for path in paths if re.search(r"(?<!['\"])\btold\b(?!['\"])", path.read_text(encoding="utf-8"))}
    assert found == set()


@pytest.mark.parametrize("text", [
    "which is told", "started anew", "nobody did", "is none of them", "mend it", "a sound run", "is not whole",
    "puts events out", "put it out", "Whoever asks",
])  # fmt: skip
def test_a_retired_word_is_found(text):
    assert retired(text)


@pytest.mark.parametrize("text", ["a whole number", "the whole log", "none of them", "found nothing", "told"])
def test_ordinary_words_and_stored_keys_are_not(text):
    assert retired(text) == []


def test_a_docstring_is_not_a_message():
    assert [text for _, text in strings('"""Told."""\ndef f():\n    """Told."""\n    return "said"\n')] == ["said"]
