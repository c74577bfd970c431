"""Secrets in every form and place, also those that only a home or a command line calls so: none comes out of a run."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conformance.errors import ConformanceError
from conformance.evidence.known_secrets import MOST_LEARNED
from conformance.evidence.learning import learn_command, learn_homes, safe_line
from conformance.evidence.observation import fingerprint
from conformance.evidence.redaction import Redactor
from conformance.evidence.signature import Signer
from conformance.evidence.store import read_evidence
from conformance.evidence.witness import Witness
from conformance.text.masking import MASKED, is_masked_form, mask
from conformance.waiting import SYSTEM
from reports import verify
from selftests import two_homes, whole_run
from selftests.good_homes import GoodHomes, HomeOnDisk
from selftests.home_paths import SPARK
from selftests.planted_homes import PlantedHomes
from selftests.sealed_run import written as key_files
from selftests.secret_forms import AROUND, KINDS, VALUES, filled, forms, pieces
from selftests.whole_run import WholeRun

WRITTEN = {
    "signoff.html", "signoff.json", "junit.xml", "sarif.json", "evidence/observations.jsonl", "evidence/verdicts.jsonl",
}  # fmt: skip


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


def test_no_planted_secret_comes_out(judged):
    words, done = judged
    texts = {"the terminal": done.output.encode(), **done.files}
    found = {(place, name) for place, word in words.items() for name, text in texts.items() if word.encode() in text}
    assert found == set()
    assert WRITTEN - set(done.files) == set()
    assert done.verdict("SPK-05") == "waived", done.output


def test_the_run_is_verified(judged, tmp_path):
    for name, content in judged[1].files.items():
        two_homes.put(tmp_path, name, content.decode("utf-8", "surrogateescape"))
    assert verify.main([str(tmp_path)]) == 0


def test_values_that_were_masked_are_still_seen_to_differ_and_so_is_a_word_where_nothing_says_what_it_is(judged):
    message = judged[1].message("SPK-05")
    assert "spark.authenticate.secret (absent): found nothing, which differs from node1" in message
    assert MASKED.search(message)
    texts = [text.decode() for name, text in judged[1].files.items() if name.startswith("evidence/")]
    said = [MASKED.search(text, text.find("tried ")) for text in texts if "tried " in text and " in vain" in text]
    assert said


def shown(form: str, kind: str) -> list[str]:
    """The values of which a piece comes through."""
    before, behind = AROUND[kind]
    found = []
    for value in VALUES:
        text, used = filled(form, value)
        masked = Redactor().text(before + text + behind)
        if any(piece in masked for one in used for piece in pieces(one)):
            found.append(value)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_no_value_comes_through(kind):
    assert {form: values for form in forms(kind) if (values := shown(form, kind))} == {}


def test_what_shows_is_listed_as_long_as_it_does():
    assert [form for form in forms("shown") if not shown(form, "log")] == []


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_masked_stays_as_it_is_among_other_text(kind):
    before, behind = AROUND[kind]
    once = Redactor().text("".join(before + filled(form, VALUES[0])[0] + behind for form in forms(kind)))
    assert Redactor().text(once) == once


def learned(text: str) -> Redactor:
    redactor = Redactor()
    redactor.learn_from(text)
    return redactor


@pytest.mark.parametrize(("home", "elsewhere"), [
    ("<password>Zq1vX7k</password>", "tried «Zq1vX7k» in vain"),
    ("<password>Zq1&amp;vX7k</password>", "tried «Zq1&vX7k» in vain"),
    ("jdbc:mysql://u:Zq1%2FvX7k@h/db", "tried «Zq1/vX7k» in vain"),
    ("db.password=Zq1vX7k", "xZq1vX7kx".replace("Zq1vX7k", "«Zq1vX7k»")),
    ("db.password=sunflower", "it was «sunflower»."),
    ("db.password=sunflower", "sunflowers, sunflower.jks and /opt/sunflower/x"),
    ("<user>sunflower</user><password>sunflower</password>", "the user sunflower"),
    ("db.password=12345678", "«12345678» is not 1123456789"),
    ("db.password=wso2carbon", "repository/logs/wso2carbon.log of wso2carbon"),
    ("db.password=admin", "the user admin"),
    ("db.password=a1b2", "a1b2 is too short"),
])  # fmt: skip
def test_a_secret_is_masked_elsewhere_unless_that_would_blank_a_report(home, elsewhere):
    plain = elsewhere.replace("«", "").replace("»", "")
    masked = learned(home).text(plain)
    begin, end = elsewhere.find("«"), elsewhere.find("»")
    expected = elsewhere if begin < 0 else elsewhere[:begin] + mask(elsewhere[begin + 1 : end]) + elsewhere[end + 1 :]
    assert masked == expected


def test_one_secret_has_one_mask_whatever_its_place_another_another_and_too_many_are_masked_by_place_alone():
    redactor = Redactor()
    same = [redactor.text(one) for one in ("<password>Zq1vX7k</password>", "password=Zq1vX7k", "a: Zq1vX7k")]
    assert len({MASKED.search(one)[0] for one in same}) == 1  # type: ignore[index]
    assert mask("Zq1vX7k") != mask("Zq1vX7l")
    many = learned("\n".join(f"a.password=Zq{number:05d}vX7k" for number in range(MOST_LEARNED + 50)))
    assert many.learned == MOST_LEARNED


def test_answers_are_masked_by_their_keys_and_command_lines_by_their_options():
    answer = {"password": "short", "command": ["mysql", "--password", "abc", "-u", "me:Zq1vX7k"], "count": 3}
    command = ["mysql", "--password", mask("abc"), "-u", f"me:{mask('Zq1vX7k')}"]
    assert Redactor().answer(answer) == {"password": mask("short"), "command": command, "count": 3}


def test_homes_are_learned_before_anything_is_asked(tmp_path):
    homes = GoodHomes(tmp_path)
    homes.write("node1", {SPARK: "spark.ssl.keyPassword Zq1vX7k"})
    redactor = Redactor()
    learn_homes(redactor, [HomeOnDisk(homes.home(one.name), one) for one in homes.specs])
    assert redactor.text("Zq1vX7k") == mask("Zq1vX7k")


def test_a_command_its_files_and_its_environment_are_learned(tmp_path):
    (tmp_path / "inventory.toml").write_text('password = "InFile4711"\n')
    argv = [f"--target=attached:{tmp_path}/inventory.toml", "--token", "InArgv4711"]
    redactor = Redactor()
    learn_command(redactor, argv, {"MY_DB_PASSWORD": "InEnv4711", "PATH": "/usr/bin"})
    masked = " ".join(map(mask, ("InFile4711", "InArgv4711", "InEnv4711")))
    assert redactor.text("InFile4711 InArgv4711 InEnv4711 /usr/bin") == f"{masked} /usr/bin"
    assert safe_line("bad \x1b password=x", argv, {}) == f"bad \\x1b password={mask('x')}"


@pytest.mark.parametrize("argv", [["--sign-key", "/keys/one.pem"], ["--sign-key=/keys/one.pem"]])
def test_a_message_may_name_the_key_file_that_is_wrong(argv):
    with pytest.raises(ConformanceError) as problem:
        Signer(Path("/keys/one.pem"))
    assert safe_line(problem.value, argv, {}).startswith("/keys/one.pem: cannot be read (No such file or directory) - ")


def test_what_is_learned_late_is_masked_in_what_was_written_before(tmp_path):
    witness = Witness.recording(tmp_path / "evidence", SYSTEM)
    with witness.under("AA-01"):
        witness.ask("node1", "log", lambda: "tried Zq1vX7k in vain" + " " * 70_000)
    before = witness.observations()[0].sha256
    witness.ask("node1", "file", lambda: "<password>Zq1vX7k</password>")
    changed = witness.mask_again()
    witness.close()
    assert list(changed) == ["o-0001"]
    assert changed["o-0001"] != before
    first, second = read_evidence(tmp_path / "evidence")
    assert (first.answer.strip(), first.asked_by) == (f"tried {mask('Zq1vX7k')} in vain", ["AA-01"])
    assert second.answer == f"<password>{mask('Zq1vX7k')}</password>"
    assert not [path for path in (tmp_path / "evidence").rglob("*.*") if "Zq1vX7k" in path.read_text()]


def test_a_replay_finds_a_question_in_which_another_run_masked(tmp_path):
    witness = Witness.recording(tmp_path / "evidence", SYSTEM)
    witness.ask("node1", "file a password=Zq1vX7k", lambda: "done")
    witness.close()
    path = tmp_path / "evidence" / "observations.jsonl"
    for other in ("masked-00000000", "********"):
        path.write_text(MASKED.sub(other, path.read_text()))
        again = Witness.replaying(read_evidence(tmp_path / "evidence"))
        assert again.ask("node1", "file a password=Zq1vX7k", lambda: 1 / 0) == "done"


def test_a_replay_masks_what_a_stored_run_did_not(tmp_path):
    line = {"id": "o-0001", "scope": "", "subject": "node1", "question": "q", "at_monotonic": 1.0, "at_wall": 1.0}
    line |= {"answer": "password=Zq1vX7k", "sha256": fingerprint("password=Zq1vX7k")}
    (tmp_path / "observations.jsonl").write_text(json.dumps(line) + "\n")
    again = Witness.replaying(read_evidence(tmp_path), tmp_path / "again")
    assert again.ask("node1", "q", lambda: 1 / 0) == "password=Zq1vX7k"
    again.close()
    assert read_evidence(tmp_path / "again")[0].answer == f"password={mask('Zq1vX7k')}"


@pytest.mark.parametrize(("masked", "text", "fits"), [
    ("a masked-01234567 b", "a x b", True),
    ("a ******** b masked-01234567", "a x b y", True),
    ("a masked-01234567 b", "a x c", False),
    ("a", "a", True),
    ("masked-01234567", "", True),
    ("ab masked-01234567 ba", "ab ba", False),
])  # fmt: skip
def test_a_masked_text_fits_what_it_was(masked, text, fits):
    assert is_masked_form(masked, text) is fits
