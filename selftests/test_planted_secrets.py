"""Secrets in every place where homes, logs, waivers and environments keep them: none comes out of a run in any way."""

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conformance.text.masking import MASKED
from reports import verify
from selftests import two_homes, whole_run
from selftests.planted_homes import PlantedHomes
from selftests.test_signature import written as key_files
from selftests.whole_run import WholeRun

WRITTEN = {
    "signoff.html",
    "signoff.json",
    "junit.xml",
    "sarif.json",
    "evidence/observations.jsonl",
    "evidence/verdicts.jsonl",
}


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, str], WholeRun]:
    """The planted words by their places, and the run."""
    folder = tmp_path_factory.mktemp("planted")
    words = PlantedHomes(folder / "homes").words
    words |= {"waiver": "Waived4711kk", "environment": "Environ4711kk"}
    reason = f"until jdbc:mysql://u:{words['waiver']}@h and {words['environment']} are gone"
    day = (datetime.now(timezone.utc) + timedelta(days=9)).date()
    waivers = folder / "waivers.toml"
    waivers.write_text(f'SPK-05 = {{ reason = "{reason}", owner = "o", expires = {day} }}\n')
    private, _ = key_files(folder, Ed25519PrivateKey.generate())
    argv = (f"--target=snapshot:{folder / 'homes'}", f"--waivers={waivers}", "-rx", "--repair", f"--sign-key={private}")
    return words, whole_run.run(*argv, MY_DB_PASSWORD=words["environment"])


def test_no_planted_secret_comes_out(judged: tuple[dict[str, str], WholeRun]) -> None:
    words, done = judged
    texts = {"the terminal": done.output.encode(), **done.files}
    found = {(place, name) for place, word in words.items() for name, text in texts.items() if word.encode() in text}
    assert found == set()
    assert WRITTEN - set(done.files) == set()
    assert done.verdict("SPK-05") == "waived", done.output


def test_the_run_is_verified(judged: tuple[dict[str, str], WholeRun], tmp_path: Path) -> None:
    for name, content in judged[1].files.items():
        two_homes.put(tmp_path, name, content.decode("utf-8", "surrogateescape"))
    assert verify.main([str(tmp_path)]) == 0


def test_values_that_were_masked_are_still_seen_to_differ_and_so_is_a_word_where_nothing_tells_what_it_is(
    judged: tuple[dict[str, str], WholeRun],
) -> None:
    message = judged[1].message("SPK-05")
    assert "spark.authenticate.secret (absent): found nothing, which differs from node1" in message
    assert MASKED.search(message)
    texts = [text.decode() for name, text in judged[1].files.items() if name.startswith("evidence/")]
    said = [MASKED.search(text, text.find("tried ")) for text in texts if "tried " in text and " in vain" in text]
    assert said
