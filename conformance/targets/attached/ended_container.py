"""Files of a container that has ended: nothing can be run in it any more, but its client copies them out."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.errors import EvidenceError
from conformance.targets.attached.remote import Remote

#: What docker and podman say of a path that is not there.
_MISSING = re.compile(r"could not find the file|could not be found|no such file", re.I)


class EndedContainer:
    """Runs the commands that read files on copies; a container that has ended changes none, so each is copied once."""

    def __init__(self, name: str, url: str) -> None:
        """`name` is the node's, for messages."""
        self._name = name
        self._client, _, container = url.partition("://")
        self._container = container.rpartition("@")[2]
        self._here = Remote(name, "local://")
        self._folder: TemporaryDirectory[str] | None = None
        self._copies: dict[str, Path] = {}

    @property
    def keeps_files(self) -> bool:
        """Whether its files outlive it: those of a pod do not."""
        return self._client in ("docker", "podman")

    def run(self, command: str, path: str, *more: str) -> tuple[int, bytes, str]:
        """As Remote.run, for a command whose first argument is a path. EvidenceError when it cannot be copied."""
        if path not in self._copies:
            self._copies[path] = self._copied(path)
        return self._here.run(command, str(self._copies[path]), *more)

    def forget(self) -> None:
        """The container is started again: what it holds from now on is another thing."""
        if self._folder:
            self._folder.cleanup()
        self._folder, self._copies = None, {}

    def _copied(self, path: str) -> Path:
        self._folder = self._folder or TemporaryDirectory(prefix="das-")
        copy = Path(self._folder.name) / str(len(self._copies))
        code, _, said = self._here.run(f"{self._client} cp -L %s %s", f"{self._container}:{path}", str(copy))
        if code and not _MISSING.search(said):
            what = f"{self._name}: {path} cannot be copied out of the ended container: {said[-300:]}"
            raise EvidenceError(what, f"try {self._client} cp by hand")
        return copy
