"""What a run kept beside its sign-off and its observations: the catalogue that it judged by, hashes, logs."""

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

#: What only a signed run has; the second is of runs from before there were attestations.
_SIGNATURES = (attestation.FILE, "manifest.sig")
_FIELDS = ("sentence", "section")


class RunFiles:
    """Files of one run; one that is missing leaves its part of the page empty. `logs` may be missing, too."""

    def __init__(self, read: Callable[[str], bytes], logs: Path, *, signed: bool) -> None:
        """`read` gives a file by its path in the run's folder, nothing for one that is not there."""
        self._read = read
        self.logs = logs
        self.signed = signed

    @classmethod
    def in_folder(cls, folder: Path, *, signed: bool) -> RunFiles:
        """Those of a run that ends now; `signed` because its signature may come after its page."""
        return cls(lambda name: _bytes(folder / name), folder / "logs", signed=signed)

    @classmethod
    def of_bundle(cls, bundle: Bundle, logs: Path) -> RunFiles:
        """Those of a stored run."""
        return cls(bundle.file, logs, signed=any(map(bundle.file, _SIGNATURES)))

    @property
    def signoff_sha256(self) -> str:
        """What distinguishes one signoff.json from another; "" when there is none."""
        data = self._read(SIGNOFF)
        return hashlib.sha256(data).hexdigest() if data else ""

    @property
    def requirements(self) -> dict[str, dict[str, str]]:
        """By id what the run judged by: sentence and section; empty for a run that did not come to keep it."""
        data = self._read(f"{EVIDENCE}/{CATALOGUE}")
        try:
            return {one["id"]: {name: clean(str(one[name])) for name in _FIELDS} for one in json.loads(data or b"[]")}
        except (ValueError, TypeError, KeyError) as problem:
            raise EvidenceError(
                f"{EVIDENCE}/{CATALOGUE} is not a catalogue ({problem!r})", "take an undamaged run"
            ) from None


def _bytes(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""
