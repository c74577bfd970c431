"""A finished run as a bundle: sign-off, evidence, files for readers, and a manifest with each file's SHA-256."""

from __future__ import annotations

import errno
import hashlib
import json
import stat
from collections.abc import Callable, Iterable
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import Any

from conformance.archive import archive, file_tree
from conformance.archive.file_tree import FileTree, FolderTree
from conformance.errors import ConformanceError, EvidenceError
from conformance.evidence.observation import Observation
from conformance.evidence.store import BLOBS, parse_evidence
from conformance.files.disk import put_whole
from conformance.project import OUT

MANIFEST = "manifest.json"
SIGNOFF = "signoff.json"
EVIDENCE = "evidence"
#: Raised when the meaning of a bundle's files changes. Format 1 did not list the files for readers.
FORMAT = 2
KNOWN = (1, FORMAT)
#: Files and folders for readers, listed if present; a copy of the run may omit them.
FOR_READERS = ("junit.xml", "signoff.html", "progress.jsonl", "sarif.json")
LOGS, REPAIR = "logs", "repair"

#: How a user names a run, for messages.
NAMES = f"give the folder or archive of a run, or its id below {OUT}"
_REMEDY = "take an undamaged bundle: the folder of a run that ended, or what `bundle keep` made of it"


def located(run: str | Path, out: Path = OUT) -> Path:
    """The path of the run that a user names: that path, or the run of that id in `out`."""
    below = out / run
    return below if below.exists() and not Path(run).exists() else Path(run)


def open_bundle(path: Path) -> Bundle:
    """The bundle of the run that a user names. ConformanceError if there is none or it was changed."""
    try:
        path = located(path)
        if path.is_dir():
            return Bundle(FolderTree(path), str(path))
    except OSError as problem:
        raise ConformanceError(f"{path}: cannot be read ({problem.strerror})", NAMES) from None
    if not path.is_file() or not archive.is_archive(path):
        raise ConformanceError(f"{path}: no such folder, and no archive of a run", NAMES)
    return Bundle(archive.read_archive(path, plain=True), str(path))


def seal(folder: Path) -> Path:
    """Write the manifest of a run's folder and return its path. Lists the sign-off, evidence, and files for readers."""
    listed = _listed(lambda path: sorted(entry.name for entry in (folder / path).iterdir()))
    names = [*listed, *_for_readers(folder)]
    files = {name: _sha256(_content(folder / name)) for name in names}
    # A run that is killed here stays unsealed.
    return put_whole(folder / MANIFEST, json.dumps({"format": FORMAT, "files": files}, indent=1, sort_keys=True) + "\n")


def _content(path: Path) -> bytes:
    """Content of a regular file. OSError for a pipe or a device, which could block forever."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "is no regular file", str(path))
    return path.read_bytes()


class Bundle:
    """A stored run whose sign-off and evidence match its manifest. `where` names it in messages."""

    def __init__(self, tree: FileTree, where: str) -> None:
        """EvidenceError if the manifest is missing or does not match a file. A single folder around all is skipped."""
        self.where = where
        self._tree = tree
        top = tree.names("")
        self._top = f"{top[0]}/" if len(top) == 1 and MANIFEST not in top and tree.is_folder(top[0]) else ""
        there = self._guarded(lambda: self._names(""), MANIFEST)
        if MANIFEST not in there and SIGNOFF in there:
            raise EvidenceError(
                f"{where}: was never sealed, its run was killed", "`python -m reports verify` shows how far it came"
            )
        self._check(self._json(MANIFEST))

    @cached_property
    def observations(self) -> list[Observation]:
        """All observations. EvidenceError if one is damaged."""
        return parse_evidence(lambda name: self._read(f"{EVIDENCE}/{name}"), f"{self.where}/{EVIDENCE}")

    @cached_property
    def signoff(self) -> dict[str, Any]:
        """The run's own report."""
        return self._json(SIGNOFF)

    def with_observations(self, observations: list[Observation]) -> Bundle:
        """This run, as if it had made these observations instead."""
        other = copy(self)
        other.observations = observations
        return other

    def evidence(self, name: str) -> bytes:
        """A file of the evidence folder; empty if the run did not write it."""
        return self._read(f"{EVIDENCE}/{name}") if name in self._names(EVIDENCE) else b""

    def file(self, path: str) -> bytes:
        """A file of the bundle; empty if it does not exist."""
        try:
            return self._read(path)
        except FileNotFoundError:
            return b""

    def answer(self, question: str) -> Any:
        """The answer of the cluster to a question asked once per run. EvidenceError if it was not asked or failed."""
        key = ("", "cluster", question, 1)
        found = next((one for one in self.observations if one.key == key and not one.failed), None)
        if found is None:
            raise EvidenceError(f"{self.where}: the run has no observation {question!r}", "take a run that came so far")
        return found.answer

    def _names(self, path: str) -> list[str]:
        return self._tree.names(self._top + path)

    def _read(self, path: str) -> bytes:
        return file_tree.read(self._tree, self._top + path, file_tree.LARGEST_OF_A_RUN)

    def _check(self, manifest: dict[str, Any]) -> None:
        if manifest.get("format") not in KNOWN or not isinstance(manifest.get("files"), dict):
            known = " and ".join(map(str, KNOWN))
            raise EvidenceError(f"{self.where}/{MANIFEST}: is of another format than {known}", "record the run again")
        # Files for readers are not checked here; `reports verify` compares them.
        stated = {name: expected for name, expected in manifest["files"].items() if not _is_for_readers(name)}
        there = set(self._guarded(lambda: list(_listed(self._names)), EVIDENCE))
        for name in sorted(there | set(stated)):
            if name not in there:
                raise EvidenceError(f"{self.where}: {name} is in {MANIFEST} but not there", _REMEDY)
            if name not in stated:
                raise EvidenceError(f"{self.where}: {name} is not in {MANIFEST}", _REMEDY)
            found = _sha256(self._guarded(lambda name=name: self._read(name), name))  # type: ignore[misc]
            if found != stated[name]:
                raise EvidenceError(
                    f"{self.where}: {name} was changed: found sha256 {found}, {MANIFEST} says {stated[name]}", _REMEDY
                )

    def _json(self, name: str) -> dict[str, Any]:
        data = self._guarded(lambda: self._read(name), name)
        try:
            parsed = json.loads(data)
        except ValueError as problem:
            raise EvidenceError(f"{self.where}/{name}: is not JSON ({problem})", _REMEDY) from None
        except RecursionError:
            raise EvidenceError(f"{self.where}/{name}: is nested too deeply", _REMEDY) from None
        if not isinstance(parsed, dict):
            raise EvidenceError(f"{self.where}/{name}: is not a JSON object", _REMEDY)
        return parsed

    def _guarded(self, read: Callable[[], Any], name: str) -> Any:
        try:
            return read()
        except FileNotFoundError:
            raise EvidenceError(f"{self.where}: has no {name}", _REMEDY) from None
        except OSError as problem:
            raise EvidenceError(f"{self.where}/{name}: cannot be read ({problem.strerror})", _REMEDY) from None


def _listed(names_in: Callable[[str], list[str]]) -> Iterable[str]:
    yield SIGNOFF
    if EVIDENCE not in names_in(""):
        return
    names = names_in(EVIDENCE)
    yield from (f"{EVIDENCE}/{name}" for name in names if name != BLOBS)
    if BLOBS in names:
        yield from (f"{EVIDENCE}/{BLOBS}/{name}" for name in names_in(f"{EVIDENCE}/{BLOBS}"))


def _for_readers(folder: Path) -> Iterable[str]:
    yield from (name for name in FOR_READERS if (folder / name).is_file())
    inside = [path for name in (LOGS, REPAIR) for path in sorted((folder / name).rglob("*"))]
    yield from (path.relative_to(folder).as_posix() for path in inside if path.is_file())


def _is_for_readers(name: str) -> bool:
    return name in FOR_READERS or name.startswith((f"{LOGS}/", f"{REPAIR}/"))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
