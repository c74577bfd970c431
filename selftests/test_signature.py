"""Signed runs: RFC 8032's own vectors, agreement with a known library, and what is refused."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from conformance.errors import ConformanceError
from conformance.evidence.signature import Signer
from reports.verify import genuine
from selftests.sealed_run import SealedRun, refused, written

#: Public key, message, signature: RFC 8032, 7.1, tests 1 to 3.
VECTORS = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
        "d25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
        "387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
        "4a7c15e9716ed28dc027beceea1ec40a",
    ),
]
_ORDER = 2**252 + 27742317777372353535851937790883648493


@pytest.mark.parametrize(("key", "message", "signature"), VECTORS, ids=["empty", "one byte", "two bytes"])
def test_the_vectors_of_the_rfc_are_genuine(key, message, signature):
    public, signed = bytes.fromhex(key), bytes.fromhex(signature)
    assert genuine(public, bytes.fromhex(message), signed)
    assert not genuine(public, bytes.fromhex(message) + b"\0", signed)


def test_signatures_of_a_known_library_are_genuine_and_one_bit_breaks_them():
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    for length, n in enumerate((0, 31, 32, 63)):
        message = bytes(range(length))
        signature = key.sign(message)
        assert genuine(public, message, signature)
        assert not genuine(public, message, bytes([*signature[:n], signature[n] ^ 1, *signature[n + 1 :]]))


def test_another_scalar_of_the_same_signature_is_not_genuine():
    key, message, signature = (bytes.fromhex(text) for text in VECTORS[1])
    shifted = (int.from_bytes(signature[32:], "little") + _ORDER).to_bytes(32, "little")
    assert not genuine(key, message, signature[:32] + shifted)
    assert not genuine(key, message, signature + b"\0")
    assert not genuine(key, message, b"")


#: No bytes at all, numbers above the field's, one of no point, and a sign where there is none: RFC 8032, 5.1.3.
@pytest.mark.parametrize("key", [
    b"", b"\0" * 31, *(number.to_bytes(32, "little") for number in (2**256 - 1, 2**255 - 19, 2, 2**255 + 1)),
])  # fmt: skip
def test_what_is_no_point_of_the_curve_is_no_key(key):
    with pytest.raises(ValueError, match="not a point of the curve"):
        genuine(key, b"", b"\0" * 64)


def test_a_signed_run_is_verified_with_its_key(signed, keys, capsys):
    assert signed.verify("--key", str(keys[1])) == 0
    assert "signed with this key" in capsys.readouterr().out
    assert signed.verify() == 0
    assert "signature not checked, give --key: anyone who resealed it" in capsys.readouterr().out


def test_a_run_that_lost_its_seal_is_refused_with_a_key(signed, keys):
    for name in ("manifest.json", "attestation.intoto.json"):
        (signed.folder / name).unlink()
    assert signed.verify("--key", str(keys[1])) == 1


def test_a_changed_run_that_is_sealed_again_is_refused(signed, keys, capsys):
    with signed.signoff() as signoff:
        signoff["argv"] = ["other"]
    assert list(refused(signed, capsys)) == ["attestation"]
    (signed.folder / "attestation.intoto.json").unlink()
    assert signed.verify() == 0
    assert refused(signed, capsys, "--key", str(keys[1])) == {"signature": "is missing"}


def test_another_key_and_a_missing_signature_are_refused(signed, tmp_path, capsys):
    _, other = written(tmp_path, Ed25519PrivateKey.generate())
    foreign = {"signature": "is not made with this key over this attestation"}
    assert refused(signed, capsys, "--key", str(other)) == foreign
    (signed.folder / "attestation.intoto.json").unlink()
    assert refused(signed, capsys, "--key", str(other)) == {"signature": "is missing"}


@pytest.fixture
def signed_before(signed: SealedRun, keys: tuple[Path, Path]) -> SealedRun:
    """A run as it was signed before there were attestations: the manifest alone, in a file of its own."""
    (signed.folder / "attestation.intoto.json").unlink()
    key = load_pem_private_key(keys[0].read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    signature = key.sign((signed.folder / "manifest.json").read_bytes()).hex()
    text = json.dumps({"algorithm": "Ed25519", "key_sha256": "", "signature": signature})
    (signed.folder / "manifest.sig").write_text(text)
    return signed


def test_a_run_that_was_signed_before_attestations_is_verified(signed_before, keys, capsys):
    assert signed_before.verify("--key", str(keys[1])) == 0
    assert "signed with this key" in capsys.readouterr().out
    assert signed_before.verify() == 0
    assert "signature not checked, give --key" in capsys.readouterr().out


def test_an_older_signature_over_another_manifest_is_refused(signed_before, keys, capsys):
    with signed_before.signoff() as signoff:
        signoff["argv"] = ["other"]
    wrong = {"signature": "is not made with this key over this manifest"}
    assert refused(signed_before, capsys, "--key", str(keys[1])) == wrong


def test_what_is_no_public_key_is_unreadable(signed, keys):
    assert signed.verify("--key", str(keys[0])) == 2


def test_a_key_that_cannot_sign_is_reported_before_the_run(tmp_path):
    path, other = tmp_path / "key.pem", generate_private_key(SECP256R1())
    locking = BestAvailableEncryption(b"x")
    locked = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, locking)
    plain = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    problems = {b"text": "holds no private key", locked: "locked with a password", plain: "is not an Ed25519 key"}
    for content, problem in problems.items():
        path.write_bytes(content)
        with pytest.raises(ConformanceError, match=problem):
            Signer(path)
    with pytest.raises(ConformanceError, match="No such file"):
        Signer(tmp_path / "none")
