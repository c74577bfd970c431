"""An attestation that was changed, exchanged or damaged is noticed, with a key and without, each in one clear line."""

import base64
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from conformance.evidence import attestation
from conformance.evidence.signature import Signer
from reports import verify
from selftests import sealed_run
from selftests.project import Project
from selftests.sealed_run import SealedRun, refused, written

Data = dict[str, Any]
Forge = Callable[[SealedRun], object]
MORE = {"name": "homes/node1/bin/other.sh", "digest": {"sha256": "0" * 64}}
DEEP = "[" * 200_000


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return written(tmp_path_factory.mktemp("keys"), Ed25519PrivateKey.generate())


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test that needs a run leaves it for the others."""
    return tmp_path_factory.mktemp("shelf")


@pytest.fixture
def signed(project: Project, shelf: Path, keys: tuple[Path, Path], tmp_path: Path) -> SealedRun:
    if not (shelf / "run").is_dir():
        shutil.copytree(sealed_run.made(project, f"--sign-key={keys[0]}").folder, shelf / "run")
    return SealedRun(Path(shutil.copytree(shelf / "run", tmp_path / "run")))


def enveloped(change: Callable[[Data], object]) -> Forge:
    """An envelope that was changed, as anyone could change it."""

    def forge(run: SealedRun) -> None:
        envelope = run.envelope
        change(envelope)
        run.attestation.write_text(json.dumps(envelope))

    return forge


def packed(payload: bytes) -> Forge:
    return enveloped(lambda expected: expected.update(payload=base64.b64encode(payload).decode()))


def stated(change: Callable[[Data], object]) -> Forge:
    def forge(run: SealedRun) -> None:
        said = run.statement
        change(said)
        packed(json.dumps(said).encode())(run)

    return forge


def predicate(**fields: Any) -> Forge:
    return stated(lambda said: said["predicate"].update(fields))


def annotated(**fields: Any) -> Forge:
    return stated(lambda said: said["predicate"]["configuration"][0]["annotations"].update(fields))


def file(text: str) -> Forge:
    return lambda run: run.attestation.write_text(text)


def other_digest(said: Data, name: str) -> None:
    next(one for one in said["subject"] if one["name"] == name)["digest"]["sha256"] = "0" * 64


@pytest.mark.parametrize(("said", "forge"), [
    ('predicate.failedTests is given as [], derived is ["AA-01"]', predicate(failedTests=[])),
    ('predicate.passedTests is given as ["AA-01","BB-01"], derived', predicate(passedTests=["AA-01", "BB-01"])),
    ('predicate.result is given as "PASSED", derived is "FAILED"', predicate(result="PASSED")),
    ('"result":"CONFORMS"', annotated(result="CONFORMS")),
    ('"run":"other"', annotated(run="other")),
    ('predicate.url is given as "x", derived is null', predicate(url="x")),
    ("predicate.warnedTests is given as null", stated(lambda said: said["predicate"].pop("warnedTests"))),
    ("is not a statement about subjects", stated(lambda said: said.pop("subject"))),
    ("is not a statement about subjects", packed(b"[]")),
    ("is of another run: its subject manifest.json", stated(lambda said: other_digest(said, "manifest.json"))),
    ("subject signoff.json is given as", stated(lambda said: other_digest(said, "signoff.json"))),
    ("lacks the subject junit.xml", stated(lambda said: said.update(subject=[
        one for one in said["subject"] if one["name"] != "junit.xml"]))),
    ("has a subject homes/node1/bin/other.sh of no run", stated(lambda said: said["subject"].append(MORE))),
    ("has a subject twice", stated(lambda said: said["subject"].append(said["subject"][0]))),
    ('_type is given as "x"', stated(lambda said: said.update(_type="x"))),
    ('predicateType is given as "x"', stated(lambda said: said.update(predicateType="x"))),
    ("payloadType is text/plain, a run writes", enveloped(lambda data: data.update(payloadType="text/plain"))),
    ("has 0 signatures, a run writes 1", enveloped(lambda data: data.update(signatures=[]))),
    ("has 2 signatures, a run writes 1", enveloped(lambda data: data.update(signatures=data["signatures"] * 2))),
    ("has no list of signatures, a run writes 1", enveloped(lambda data: data.update(signatures={}))),
    ("is not an envelope of payloadType, payload and signatures", enveloped(lambda data: data.update(more=1))),
    ("is not an envelope of payloadType, payload and signatures", file("[]")),
    ("holds what is not base64", enveloped(lambda data: data.update(payload="ä"))),
    ("holds what is not base64", enveloped(lambda data: data["signatures"][0].update(sig=7))),
    ("cannot be checked: KeyError: 'sig'", enveloped(lambda data: data.update(signatures=[{}]))),
    ("'payload' is there twice in one object", lambda run: run.attestation.write_text(
        run.attestation.read_text().replace('"payload":', '"payload": "", "payload":'))),
    ("is nested too deeply", file(DEEP)),
    ("is nested too deeply", packed(DEEP.encode())),
    ("is larger than 8 MiB, which no run writes", file(" " * (8 << 20) + "{}")),
    ("JSONDecodeError", file("")),
])  # fmt: skip
def test_a_forged_attestation_is_refused_without_a_key(signed, said, forge, capsys):
    forge(signed)
    lines = refused(signed, capsys)
    assert list(lines) == ["attestation"]
    assert said in lines["attestation"]


@pytest.mark.parametrize("forge", [
    predicate(), enveloped(lambda expected: expected.update(signatures=[{"keyid": "", "sig": ""}])),
], ids=["payload", "sig"])  # fmt: skip
def test_a_signature_that_was_not_made_over_this_payload_is_refused_with_the_key(signed, keys, forge, capsys):
    forge(signed)
    wrong = {"signature": "is not made with this key over this attestation"}
    assert refused(signed, capsys, "--key", str(keys[1])) == wrong


def test_the_genuine_attestation_of_another_run_is_refused(signed, keys, capsys):
    with signed.signoff() as signoff:
        signoff["argv"] = ["other"]
    lines = refused(signed, capsys, "--key", str(keys[1]))
    assert list(lines) == ["attestation"]
    assert lines["attestation"].startswith("is of another run: its subject manifest.json is not the manifest that is")


def test_a_run_that_anyone_sealed_and_signed_again_is_refused_by_the_key_alone(signed, keys, tmp_path, capsys):
    private, other = written(tmp_path, Ed25519PrivateKey.generate())
    signed.attestation.write_text(json.dumps(attestation.envelope(signed.statement, Signer(private))))
    assert signed.verify("--key", str(other)) == 0
    wrong = {"signature": "is not made with this key over this attestation"}
    assert refused(signed, capsys, "--key", str(keys[1])) == wrong


def test_an_attestation_beside_a_run_that_was_never_sealed_is_refused(signed, capsys):
    (signed.folder / "manifest.json").unlink()
    assert refused(signed, capsys) == {"attestation": "is there, and the run was never sealed"}


def test_either_alphabet_of_base64_is_read(signed, keys):
    enveloped(lambda expected: expected.update(payload=expected["payload"].replace("+", "-").replace("/", "_")))(signed)
    assert signed.verify("--key", str(keys[1])) == 0
    assert verify._from_base64("-_8=") == verify._from_base64("+/8=") == b"\xfb\xff"
    with pytest.raises(verify._Refused):
        verify._from_base64("+/8=\n")
