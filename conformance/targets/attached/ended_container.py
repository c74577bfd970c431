"""Files of a container that has ended: no command runs in it any more, but docker and podman copy files out."""

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance.errors import EvidenceError
from conformance.targets.attached.remote import Remote

#: What docker and podman print if a path does not exist.
_MISSING = re.compile(r"could not find the file|could not be found|no such file", re.I)


class EndedContainer:
    """Runs commands that read files on copies. An ended container changes no file, so each is copied only once."""

    def __init__(self, name: str, url: str) -> None:
        """`name` is the node's name, for messages."""
        self._name = name
        self._client, _, container = url.partition("://")
        self._container = container.rpartition("@")[2]
        self._here = Remote(name, "local://")
        self._folder: TemporaryDirectory[str] | None = None
        self._copies: dict[str, Path] = {}

    @property
    def keeps_files(self) -> bool:
        """Whether the container's files outlive it; those of a pod do not."""
        return self._client in ("docker", "podman")

    def run(self, command: str, path: str, *more: str) -> tuple[int, bytes, str]:
        """Like Remote.run, for a command whose first argument is a path. EvidenceError if the file cannot be copied."""
        if path not in self._copies:
            self._copies[path] = self._copied(path)
        return self._here.run(command, str(self._copies[path]), *more)

    def forget(self) -> None:
        """Drop all copies: the container was started again, and its files may differ from now on."""
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
