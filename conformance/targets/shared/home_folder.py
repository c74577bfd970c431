"""A DAS home in a folder of this machine."""

import os
from pathlib import Path

from conformance.files.disk import sha256


class HomeFolder:
    """Files of a home; `seen` is where the node's own processes see it. All methods raise OSError."""

    def __init__(self, real: Path, seen: Path) -> None:
        self.real = real
        self.seen = seen

    def path(self, path: str) -> Path:
        """Return the real path of a path that is relative to the home or absolute as the node sees it."""
        absolute = Path(path)
        if absolute.is_absolute() and absolute.is_relative_to(self.seen):
            return self.real / absolute.relative_to(self.seen)
        return self.real / path

    def read(self, path: str) -> bytes:
        """Content of a file."""
        return self.path(path).read_bytes()

    def read_from(self, path: str, offset: int, length: int = -1) -> bytes:
        """Content of a file from a byte offset on; at most `length` bytes unless `length` is negative."""
        with self.path(path).open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def write(self, path: str, content: bytes) -> None:
        """Create or replace a file in one step, because the product's deployers read files while they are written."""
        target = self.path(path)
        whole = target.with_name(f".{target.name}.part")
        whole.write_bytes(content)
        whole.replace(target)

    def remove(self, path: str) -> None:
        """Remove a file if it exists."""
        self.path(path).unlink(missing_ok=True)

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        return self.path(path).stat().st_size

    def listing(self, path: str) -> list[str]:
        """Sorted names in a directory."""
        return sorted(entry.name for entry in self.path(path).iterdir())

    def digests(self, path: str) -> dict[str, str]:
        """SHA-256 of each file in a directory."""
        return {entry.name: sha256(entry.open("rb")) for entry in sorted(self.path(path).iterdir()) if entry.is_file()}

    def real_path(self, path: str) -> str:
        """The path after all links are resolved, as the node sees it; OSError if it leads nowhere."""
        found, home = (Path(os.path.realpath(one, strict=True)) for one in (self.path(path), self.real))
        return str(self.seen / found.relative_to(home) if found.is_relative_to(home) else found)
