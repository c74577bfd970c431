"""`--sign-key`: the Ed25519 key that signs a run's attestation, and so everything that the run sealed."""

import hashlib
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from conformance.errors import ConformanceError

_REMEDY = "make a key to sign with: openssl genpkey -algorithm ed25519 -out key.pem"


class Signer:
    """Signs with the private key in a PEM file, which is read at once, so that an error shows before the run."""

    def __init__(self, path: Path) -> None:
        """ConformanceError if the file has no usable Ed25519 private key."""
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except OSError as problem:
            raise ConformanceError(f"{path}: cannot be read ({problem.strerror})", _REMEDY) from None
        except TypeError:
            raise ConformanceError(f"{path}: is locked with a password", "give an unlocked key") from None
        except (ValueError, UnsupportedAlgorithm):
            raise ConformanceError(f"{path}: holds no private key in PEM", _REMEDY) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise ConformanceError(f"{path}: is not an Ed25519 key", _REMEDY)
        self._key = key

    @property
    def key_id(self) -> str:
        """Id of the signing key, computed as in in-toto and TUF; helps readers who have several keys."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        described = f'{{"keytype":"ed25519","keyval":{{"public":"{raw.hex()}"}},"scheme":"ed25519"}}'
        return hashlib.sha256(described.encode("ascii")).hexdigest()

    def sign(self, message: bytes) -> bytes:
        """The signature of a message, 64 bytes."""
        return self._key.sign(message)
