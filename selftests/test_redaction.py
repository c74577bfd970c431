"""Secrets never reach the disk."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from conformance.evidence.redaction import MASK, Redactor, spellings
from conformance.secret import Secret

CANARY = 'c4n&ry "<\\ß'


@pytest.mark.parametrize("spelling", sorted(spellings(CANARY)))
def test_a_known_secret_is_masked_in_every_spelling(spelling: str) -> None:
    masked = Redactor([Secret(CANARY)]).text(f"before {spelling} after")
    assert masked == f"before {MASK} after"


def test_texts_deep_inside_an_answer_are_masked_keys_too() -> None:
    redactor = Redactor([Secret("canary-4711")])
    answer = {"canary-4711": [{"url": "x?p=canary-4711"}, 7, None, True]}
    assert redactor.answer(answer) == {MASK: [{"url": f"x?p={MASK}"}, 7, None, True]}


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("<password>hunter</password>", f"<password>{MASK}</password>"),
        ("<ns:Password encrypted='no'>hunter</ns:Password>", f"<ns:Password encrypted='no'>{MASK}</ns:Password>"),
        (
            '<Property name="ConnectionPassword">hunter</Property>',
            f'<Property name="ConnectionPassword">{MASK}</Property>',
        ),
        ('keystorePass="x" keystorePassword="hunter"', f'keystorePass="x" keystorePassword="{MASK}"'),
        ("jdbc:mysql://h/db?user=u&password=hunter&x=1", f"jdbc:mysql://h/db?user=u&password={MASK}&x=1"),
        ("Authorization: Basic aHVudGVy", f"Authorization: Basic {MASK}"),
        ("GRANT ALL TO 'u' IDENTIFIED BY 'hunter'", f"GRANT ALL TO 'u' IDENTIFIED BY '{MASK}'"),
    ],
)
def test_an_unknown_password_is_masked_by_its_place(text: str, masked: str) -> None:
    assert Redactor().text(text) == masked


@pytest.mark.parametrize(
    "text", ["<password>[password]</password>", '<Property name="PasswordDigest">SHA-256</Property>', "user admin"]
)
def test_what_is_no_password_stays(text: str) -> None:
    assert Redactor([Secret("admin"), Secret("")]).text(text) == text


def test_a_file_with_a_secret_is_found_in_any_spelling(tmp_path: Path) -> None:
    (tmp_path / "clean.txt").write_text("nothing")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "dump.bin").write_bytes(b"\x00" + base64.b64encode(b"canary-4711"))
    found = Redactor([Secret("canary-4711")]).leaks(tmp_path)
    assert found == [tmp_path / "deep" / "dump.bin"]


def test_what_was_masked_before_is_no_secret(tmp_path):
    redactor = Redactor([Secret(MASK)])
    (tmp_path / "observations.jsonl").write_text(f"<password>{MASK}</password>")

    assert redactor.leaks(tmp_path) == []


def test_a_text_that_was_written_before_its_secret_was_known_is_masked_from_then_on() -> None:
    redactor = Redactor()
    assert redactor.text("canary-4711") == "canary-4711"
    redactor.add(Secret("canary-4711"))
    assert redactor.text("canary-4711") == MASK
