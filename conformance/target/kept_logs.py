"""Copies logs out of a run's folder before it is removed, with the run's passwords masked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from conformance.evidence.redaction import MASK
from conformance.secret import Secret
from conformance.target.run_folder import disk_errors


class KeptLogs:
    """What to copy from where, collected while things are made, copied in the end."""

    def __init__(self, target: Path, hidden: Iterable[Secret] = ()) -> None:
        self._target = target
        self._hidden = list(hidden)
        self._sources: list[tuple[str, Path, list[str]]] = []

    def hide(self, secret: Secret) -> None:
        """Mask this one too."""
        self._hidden.append(secret)

    def add(self, name: str, base: Path, patterns: list[str]) -> None:
        """Files below `base` that match glob patterns go to the folder `name`, with their paths."""
        self._sources.append((name, base, patterns))

    def copy(self) -> None:
        """Copy what is there now. Raises ConformanceError when there is no room."""
        with disk_errors(self._target):
            for name, base, patterns in self._sources:
                for path in sorted({found for pattern in patterns for found in base.glob(pattern) if found.is_file()}):
                    self._copy(path, self._target / name / path.relative_to(base))

    def _copy(self, source: Path, target: Path) -> None:
        data = source.read_bytes()
        for secret in self._hidden:
            data = data.replace(secret.reveal().encode(), MASK.encode())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
