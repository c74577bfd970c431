"""Files of a home in a volume, asked of the observer: one long-lived process there, a question a line."""

from __future__ import annotations

import json
import subprocess
import threading
from typing import Any

from conformance.container.files import packed, unpacked
from conformance.errors import ConformanceError


class HomeFiles:
    """See conformance.target.home_folder.HomeFolder, whose methods these are; all raise OSError."""

    def __init__(self, observer: str, real: str, seen: str) -> None:
        """`real` is the home's folder in the container `observer`, `seen` where the node's processes see it."""
        self._asked = threading.Lock()
        self._process = subprocess.Popen(
            ["docker", "exec", "-i", observer, "python3", "-m", "conformance.container", "files", real, seen],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    def read(self, path: str) -> bytes:
        """Content of a file."""
        return bytes(self._ask("read", path))

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """Content of a file from a byte offset on, at most `length` bytes if that is not negative."""
        return bytes(self._ask("read_from", path, offset, length))

    def write(self, path: str, content: bytes) -> None:
        """Make or replace a file, whole at once."""
        self._ask("write", path, content)

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""
        self._ask("remove", path)

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        return int(self._ask("size", path))

    def listing(self, path: str) -> list[str]:
        """Sorted names in a directory."""
        return list(self._ask("listing", path))

    def digests(self, path: str) -> dict[str, str]:
        """SHA-256 of each file in a directory."""
        return dict(self._ask("digests", path))

    def real_path(self, path: str) -> str:
        """Where a path leads in the end, as the node sees it."""
        return str(self._ask("real_path", path))

    def close(self) -> None:
        """End the process in the observer."""
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        self._process.wait()

    def _ask(self, method: str, *arguments: Any) -> Any:
        question = json.dumps({"do": method, "args": [packed(one) for one in arguments]})
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with self._asked:
            try:
                self._process.stdin.write(question.encode() + b"\n")
                self._process.stdin.flush()
                line = self._process.stdout.readline()
            except (OSError, ValueError):
                line = b""
        if not line:
            raise ConformanceError("the observer's container does not answer", "look into its log: docker compose logs")
        answer = json.loads(line)
        if "error" in answer:
            raise OSError(answer["errno"], answer["error"], answer["path"])
        return unpacked(answer["told"])
