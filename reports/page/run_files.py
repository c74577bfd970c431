"""Further files of a run besides its sign-off and observations: the catalogue it used, hashes, logs."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from conformance.errors import EvidenceError
from conformance.evidence import attestation
from conformance.evidence.bundle import EVIDENCE, SIGNOFF, Bundle
from conformance.evidence.verdict_record import CATALOGUE
from reports.page.excerpt import clean

#: Files that only a signed run has; the second is that of runs before attestations existed.
_SIGNATURES = (attestation.FILE, "manifest.sig")
_FIELDS = ("sentence", "section")


class RunFiles:
    """Files of a run; a missing file leaves its part of the page empty. `logs` may be missing too."""

    def __init__(self, read: Callable[[str], bytes], logs: Path, *, signed: bool) -> None:
        """`read` returns a file by its path in the run's folder, nothing if it does not exist."""
        self._read = read
        self.logs = logs
        self.signed = signed

    @classmethod
    def in_folder(cls, folder: Path, *, signed: bool) -> RunFiles:
        """Return the files of a run that ends now; `signed` is given because the signature may come after the page."""
        return cls(lambda name: _bytes(folder / name), folder / "logs", signed=signed)

    @classmethod
    def of_bundle(cls, bundle: Bundle, logs: Path) -> RunFiles:
        """Return the files of a stored run."""
        return cls(bundle.file, logs, signed=any(map(bundle.file, _SIGNATURES)))

    @property
    def signoff_sha256(self) -> str:
        """A hash that identifies this signoff.json; "" if there is none."""
        data = self._read(SIGNOFF)
        return hashlib.sha256(data).hexdigest() if data else ""

    @property
    def requirements(self) -> dict[str, dict[str, str]]:
        """Sentence and section by requirement id, as the run used them; empty if it ended before it stored them."""
        data = self._read(f"{EVIDENCE}/{CATALOGUE}")
        try:
            return {one["id"]: {name: clean(str(one[name])) for name in _FIELDS} for one in json.loads(data or b"[]")}
        except (ValueError, TypeError, KeyError) as problem:
            raise EvidenceError(
                f"{EVIDENCE}/{CATALOGUE} is not a catalogue ({problem!r})", "take an undamaged run"
            ) from None


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
