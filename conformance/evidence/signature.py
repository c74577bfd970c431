"""`--sign-key`: an Ed25519 signature over a bundle's manifest, and with it over everything that the manifest lists."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from conformance.errors import ConformanceError

SIGNATURE = "manifest.sig"

_REMEDY = "make one: openssl genpkey -algorithm ed25519 -out key.pem"


class Signer:
    """Signs with the private key in a PEM file; the key is read at once, so that a wrong one is told before the run."""

    def __init__(self, path: Path) -> None:
        """ConformanceError when the file holds no usable Ed25519 private key."""
        try:
            key = load_pem_private_key(path.read_bytes(), None)
        except OSError as problem:
            raise ConformanceError(f"--sign-key {path}: {problem.strerror}", _REMEDY) from None
        except TypeError:
            raise ConformanceError(f"--sign-key {path}: is locked with a password", "give an unlocked key") from None
        except (ValueError, UnsupportedAlgorithm):
            raise ConformanceError(f"--sign-key {path}: holds no private key in PEM", _REMEDY) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise ConformanceError(f"--sign-key {path}: is not an Ed25519 key", _REMEDY)
        self._key = key

    @property
    def key_sha256(self) -> str:
        """Which key signs: sha256 of the raw public key."""
        raw = self._key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return hashlib.sha256(raw).hexdigest()

    def sign(self, manifest: Path) -> Path:
        """Write the signature of a manifest beside it; its path."""
        told = {
            "algorithm": "Ed25519",
            "key_sha256": self.key_sha256,
            "signature": self._key.sign(manifest.read_bytes()).hex(),
        }
        path = manifest.with_name(SIGNATURE)
        path.write_text(json.dumps(told, indent=1) + "\n", encoding="ascii")
        return path
