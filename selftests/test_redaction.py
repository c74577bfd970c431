"""Secrets never reach the disk."""

import base64
from pathlib import Path

import pytest

from conformance.evidence.known_secrets import spellings
from conformance.evidence.redaction import Redactor
from conformance.secret import Secret
from conformance.text.masking import PLAIN_MASK, mask
from reports.verify import _spellings

CANARY = 'c4n&ry "<\\ß'


@pytest.mark.parametrize("spelling", sorted(spellings(CANARY)))
def test_a_known_secret_is_masked_in_every_spelling(spelling: str) -> None:
    masked = Redactor([Secret(CANARY)]).text(f"before {spelling} after")
    assert masked == f"before {mask(CANARY)} after"


@pytest.mark.parametrize("before", ["", "u", "ab", "das", "user:", "a longer text:"])
@pytest.mark.parametrize("after", ["", ":", "@h", "xyz"])
@pytest.mark.parametrize("secret", ["canary-4711", "secret", CANARY])
def test_a_secret_inside_something_encoded_is_found_here_and_by_the_verifier(
    before: str, after: str, secret: str
) -> None:
    sample = base64.b64encode(f"{before}{secret}{after}".encode())
    redactor = Redactor([Secret(secret)])
    assert redactor.holds(sample)
    assert any(form in sample for form in _spellings(secret))
    assert not redactor.holds(redactor.text(sample.decode()).encode())


@pytest.mark.parametrize("sample", ["canary-4712", base64.b64encode(b"das:canary-471").decode(), "Y2FuYXJ5"])
def test_what_only_looks_like_a_secret_is_none_here_nor_for_the_verifier(sample: str) -> None:
    assert not Redactor([Secret("canary-4711")]).holds(sample.encode())
    assert not any(form in sample.encode() for form in _spellings("canary-4711"))


def test_texts_deep_inside_an_answer_are_masked_keys_too_as_soon_as_the_secret_is_known() -> None:
    redactor = Redactor()
    answer = {"canary-4711": [{"url": "x?p=canary-4711"}, 7, None, True]}
    assert (redactor.text("canary-4711"), redactor.answer(answer)) == ("canary-4711", answer)
    redactor.add(Secret("canary-4711"))
    assert redactor.text("canary-4711") == mask("canary-4711")
    assert redactor.answer(answer) == {mask("canary-4711"): [{"url": f"x?p={mask('canary-4711')}"}, 7, None, True]}


def test_a_file_with_a_secret_is_found_in_any_spelling_and_what_was_masked_before_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_text("nothing")
    (tmp_path / "observations.jsonl").write_text(f"<password>{PLAIN_MASK}</password>")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "dump.bin").write_bytes(b"\x00" + base64.b64encode(b"canary-4711"))
    found = Redactor([Secret("canary-4711"), Secret(PLAIN_MASK)]).leaks(tmp_path)
    assert found == [tmp_path / "deep" / "dump.bin"]
