"""Copies logs out of a run's folder before the folder is removed, with secrets masked."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from conformance.deployment.interface import NodeAccess
from conformance.evidence.redaction import Redactor
from conformance.secret import Secret
from conformance.targets.shared.run_folder import disk_errors


class KeptLogs:
    """Collects what to copy from where during the start, and copies it at the end."""

    def __init__(self, target: Path, hidden: Iterable[Secret] = ()) -> None:
        self._target = target
        self._redactor = Redactor(hidden)
        self._sources: list[tuple[str, Path, list[str]]] = []

    def hide(self, secret: Secret) -> None:
        """Mask this secret too."""
        self._redactor.add(secret)

    def add(self, name: str, base: Path, patterns: list[str]) -> None:
        """Copy files below `base` that match the glob patterns to the folder `name`, keeping their paths."""
        self._sources.append((name, base, patterns))

    def copy_from(self, name: str, home: NodeAccess, endings: Mapping[str, str]) -> None:
        """Copy what is there of a home's files to the folder `name`; `endings` by directory. ConformanceError."""
        with disk_errors(self._target):
            for path, ending in endings.items():
                with suppress(FileNotFoundError):
                    for file in (one for one in home.listing(path) if one.endswith(ending)):
                        with suppress(IsADirectoryError, FileNotFoundError):
                            self._put(home.read(f"{path}/{file}"), self._target / name / path / file)

    def copy(self) -> None:
        """Copy what exists now. ConformanceError if the disk is full."""
        with disk_errors(self._target):
            for name, base, patterns in self._sources:
                for path in sorted({found for pattern in patterns for found in base.glob(pattern) if found.is_file()}):
                    self._put(path.read_bytes(), self._target / name / path.relative_to(base))

    def _put(self, data: bytes, target: Path) -> None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(self._redactor.data(data))
