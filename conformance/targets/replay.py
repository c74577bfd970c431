"""`--target replay:BUNDLE`: a stored run is judged again, with today's suites and without any cluster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from conformance.archive import archive, file_tree
from conformance.archive.file_tree import FileTree, FolderTree
from conformance.deadlines import Deadline
from conformance.deployment import description
from conformance.errors import ConformanceError, EvidenceError
from conformance.evidence import signoff_schema
from conformance.evidence.bundle import MANIFEST, SIGNOFF, Bundle
from conformance.targets.still import StillDeployment, StillNode

if TYPE_CHECKING:
    from conformance.session.options import RunOptions

_USAGE = "give replay:BUNDLE, the folder of a run that ended, or the .tar.gz that `bundle keep` made of it"


def open_target(options: RunOptions) -> ReplayDeployment:
    """The stored run that the target names. ConformanceError when it is none, or is not what its manifest says."""
    if not options.target_argument:
        raise ConformanceError("--target replay names nothing", _USAGE)
    bundle = open_bundle(Path(options.target_argument))
    signoff_schema.demand(bundle.signoff, f"{bundle.where}/{SIGNOFF}", older=True)
    return ReplayDeployment(bundle)


def open_bundle(path: Path) -> Bundle:
    """The bundle in a folder or an archive. ConformanceError when there is none, or it was changed."""
    try:
        if path.is_dir():
            return Bundle(_Files(FolderTree(path)), str(path))
    except OSError as problem:
        raise ConformanceError(f"{path}: cannot be read ({problem.strerror})", _USAGE) from None
    if not path.is_file() or not archive.is_archive(path):
        raise ConformanceError(f"{path}: no such folder, and no archive of a run", _USAGE)
    return Bundle(_Files(archive.read_archive(path, plain=True)), str(path))


class ReplayDeployment(StillDeployment):
    """The deployment of a stored run; every answer comes from its observations, nothing of it can be asked."""

    def __init__(self, bundle: Bundle) -> None:
        """EvidenceError when the stored run did not even note what it was to judge."""
        told = bundle.answer(description.QUESTION)
        spec = description.spec_of(told, bundle.where)
        super().__init__(
            spec,
            description.capabilities_of(told, bundle.where),
            single_host=bool(told.get("single_host")),
            started_here=bool(told.get("started_here")),
        )
        self.bundle = bundle
        self.nodes = tuple(ReplayNode(node) for node in spec.nodes)
        #: Which run is replayed, for the report.
        self.origin = f"run {bundle.signoff.get('run_id')}, target {told.get('target')}"

    def identity(self) -> NoReturn:
        """Is in the stored run: EvidenceError."""
        raise EvidenceError("the stored run does not say what it judged", "record the run again")


class ReplayNode(StillNode):
    """A node of a stored run. What asks it past the witness cannot be replayed: every method raises EvidenceError."""

    def read(self, path: str) -> bytes:
        """Is in the stored run."""
        self._refuse(path)

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:  # noqa: ARG002
        """Is in the stored run."""
        self._refuse(path)

    def size(self, path: str) -> int:
        """Is in the stored run."""
        self._refuse(path)

    def listing(self, path: str) -> list[str]:
        """Is in the stored run."""
        self._refuse(path)

    def digests(self, path: str) -> dict[str, str]:
        """Is in the stored run."""
        self._refuse(path)

    def real_path(self, path: str) -> str:
        """Is in the stored run."""
        self._refuse(path)

    def read_console(self) -> str:
        """Is in the stored run."""
        self._refuse(self.console_log)


class NoWaiting:
    """Listens to waits during a replay, and refuses them: a stored run does not change, its waits are answers too."""

    def wait_started(self, what: str, deadline: Deadline) -> None:  # noqa: ARG002
        """EvidenceError: the noun that waits must do so inside an observation."""
        raise EvidenceError(f"a replay cannot wait for: {what}", "let the noun record the outcome of its wait")

    def wait_ended(self, what: str, seconds: float, seen: bool) -> None:
        """Never comes."""


class _Files:
    """A bundle's files in a tree; a folder around them is passed over."""

    def __init__(self, tree: FileTree) -> None:
        self._tree = tree
        top = tree.names("")
        self._top = f"{top[0]}/" if len(top) == 1 and MANIFEST not in top and tree.is_folder(top[0]) else ""

    def names(self, path: str) -> list[str]:
        return self._tree.names(self._top + path)

    def read(self, path: str) -> bytes:
        return file_tree.read(self._tree, self._top + path, file_tree.LARGEST_OF_A_RUN)
