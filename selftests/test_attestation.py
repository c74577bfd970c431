"""The attestation of a signed run: libraries that know nothing of this suite read and check it."""

import base64
import hashlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from google.protobuf.json_format import ParseDict
from in_toto_attestation.predicates.test_result.v0 import test_result_pb2 as results
from in_toto_attestation.v1 import statement_pb2
from in_toto_attestation.v1.statement import Statement
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey

from selftests import sealed_run
from selftests.sealed_run import SealedRun, written

AXIS2 = "<axisconfig/>"
READS = f"""
@requirement("CC-01")
def test_read(deployment, witness):
    witness.ask("node1", "file repository/conf/axis2/axis2.xml", lambda: "{AXIS2}")
    witness.ask("node1", "file repository/conf/user-mgt.xml", lambda: "<Password>hunter2hunter2</Password>")
    witness.ask("node1", "file repository/conf/not-handed-in.xml", lambda: None)
    witness.ask("node2", "SHA-256 of the files in repository/components/lib", lambda: {{"mysql.jar": "ab" * 32}})
    with pytest.raises(EvidenceError):
        witness.ask("node2", "SHA-256 of the files in repository/components/plugins", lambda: [][0])
    with witness.scoped("failover there"):
        witness.ask("node1", "file repository/conf/later.xml", lambda: "<later/>", fresh=True)
    not_assessed("nothing more")
"""
#: A must that fails and one that could not be seen, a should that fails, a must that is waived.
LEVELS = """
@requirement("AA-01")
def test_a(deployment, witness):
    assert witness.ask("node1", "a", lambda: False)

@requirement("BB-01")
def test_b(deployment, witness):
    witness.ask("node1", "b", lambda: 1)
    raise EvidenceError("cannot be read", "look")

@requirement("CC-01")
def test_c(deployment, witness):
    assert witness.ask("node1", "c", lambda: False)
"""


def known_key(public: Path) -> SSlibKey:
    return SSlibKey.from_crypto(load_pem_public_key(public.read_bytes()))  # type: ignore[arg-type]


def test_known_libraries_verify_the_envelope_and_accept_statement_and_predicate(signed, keys, tmp_path):
    envelope = Envelope.from_dict(signed.envelope)
    assert envelope.payload_type == "application/vnd.in-toto+json"
    assert envelope.verify([known_key(keys[1])], 1)
    (tmp_path / "other").mkdir()
    _, other = written(tmp_path / "other", Ed25519PrivateKey.generate())
    with pytest.raises(VerificationError):
        envelope.verify([known_key(other)], 1)
    Statement.copy_from_pb(ParseDict(signed.statement, statement_pb2.Statement())).validate()
    predicate = ParseDict(signed.statement["predicate"], results.TestResult())
    assert (predicate.result, predicate.passed_tests, predicate.failed_tests) == ("FAILED", ["BB-01"], ["AA-01"])
    about = dict(predicate.configuration[0].annotations)
    assert (about["run"], about["target"], about["result"]) == ("r1", "fake", "DOES NOT CONFORM")
    assert list(about["notApplicable"]) == ["CC-01"]


def test_an_envelope_that_a_known_library_signed_is_verified(signed, keys):
    payload = base64.b64decode(signed.envelope["payload"])
    envelope = Envelope(payload, "application/vnd.in-toto+json", {})
    envelope.sign(CryptoSigner.from_priv_key_uri(f"file2:{keys[0]}", known_key(keys[1])))
    signed.attestation.write_text(json.dumps(envelope.to_dict()))
    assert signed.verify("--key", str(keys[1])) == 0


def test_subjects_are_the_run_and_what_it_read_of_the_homes(project, keys):
    project.suite("read", READS)
    run = sealed_run.made(project, f"--sign-key={keys[0]}")
    subjects = {one["name"]: one for one in run.statement["subject"]}
    manifest = (run.folder / "manifest.json").read_bytes()
    assert subjects["manifest.json"]["digest"] == {"sha256": hashlib.sha256(manifest).hexdigest()}
    assert subjects["signoff.html"]["digest"] == {"sha256": json.loads(manifest)["files"]["signoff.html"]}
    homes = {name.removeprefix("homes/"): one for name, one in subjects.items() if name.startswith("homes/")}
    axis2 = homes.pop("node1/repository/conf/axis2/axis2.xml")
    assert axis2 == {"name": axis2["name"], "digest": {"sha256": hashlib.sha256(AXIS2.encode()).hexdigest()}}
    assert homes.pop("node1/repository/conf/user-mgt.xml")["annotations"] == {"masked": True}
    assert homes.pop("node2/repository/components/lib/mysql.jar")["digest"] == {"sha256": "ab" * 32}
    assert list(homes) == ["node1/carbon.xml"]
    assert run.verify("--key", str(keys[1])) == 0


def test_product_and_suite_are_subjects(project, keys):
    target = project.pytester.path / "fake_target.py"
    made_of = '{"artifacts": [{"coordinate": "g:a:1:jar", "sha256": "cd" * 32}], "sha256": "ef" * 32}'
    target.write_text(target.read_text().replace('{"product": "nothing at all"}', made_of))
    for command in ("init -q", "add suites", "-c user.name=a -c user.email=a@b commit -qm one"):
        project.pytester.run("git", *command.split())
    run = sealed_run.made(project, f"--sign-key={keys[0]}")
    subjects = {one["name"]: one for one in run.statement["subject"]}
    assert subjects["pack"]["digest"] == {"sha256": "ef" * 32}
    assert subjects["pack/g:a:1:jar"]["digest"] == {"sha256": "cd" * 32}
    (head,) = project.pytester.run("git", "rev-parse", "HEAD").outlines
    assert subjects["suite"] == {"name": "suite", "digest": {"gitCommit": head}, "annotations": {"dirty": True}}
    assert run.verify("--key", str(keys[1])) == 0


def test_levels_decide_what_is_failed_and_what_is_a_warning(project, keys):
    project.suite("levels", LEVELS)
    catalogue = project.suites / "catalogue.toml"
    first, _, third = catalogue.read_text().rpartition('level = "must"')
    catalogue.write_text(f'{first}level = "should"{third}')
    project.run(f"--sign-key={keys[0]}")
    predicate = SealedRun(project.folder).statement["predicate"]
    assert (predicate["result"], predicate["failedTests"]) == ("FAILED", ["AA-01", "BB-01"])
    assert (predicate["warnedTests"], predicate["passedTests"]) == (["CC-01"], [])
    assert SealedRun(project.folder).verify("--key", str(keys[1])) == 0


def test_what_is_waived_is_a_warning_and_not_a_pass(project, keys):
    run = sealed_run.waived(project, f"--sign-key={keys[0]}")
    predicate = run.statement["predicate"]
    assert (predicate["result"], predicate["warnedTests"], predicate["failedTests"]) == ("WARNED", ["AA-01"], [])
    assert predicate["configuration"][0]["annotations"]["waived"] == ["AA-01"]


def test_a_run_that_was_interrupted_is_signed_as_failed(project, keys):
    project.suite("stops", "\ndef test_stop():\n    raise KeyboardInterrupt\n")
    project.run(f"--sign-key={keys[0]}")
    run = SealedRun(project.folder)
    assert run.statement["predicate"]["result"] == "FAILED"
    assert run.verify("--key", str(keys[1])) == 0


def test_no_path_of_the_machine_and_no_secret_is_in_it(project, keys):
    target = f"fake:{project.pytester.path}/homes"
    project.suite("three", sealed_run.SUITE)
    project.run(f"--sign-key={keys[0]}", target=target)
    text = json.dumps(SealedRun(project.folder).statement)
    assert str(project.pytester.path) not in text
    assert not any(word in text for word in ("canary-4711", "root-4712", sealed_run.CANARY))


def test_an_unsigned_run_has_no_attestation(project):
    assert not sealed_run.made(project).attestation.exists()
