"""A DAS home that lies in a folder of this machine."""

from __future__ import annotations

from pathlib import Path


class HomeFolder:
    """Files of a home; `seen` is where the node's own processes see it. All methods raise OSError."""

    def __init__(self, real: Path, seen: Path) -> None:
        self.real = real
        self.seen = seen

    def path(self, path: str) -> Path:
        """Where a path, relative to the home or absolute as the node sees it, really is."""
        absolute = Path(path)
        if absolute.is_absolute() and absolute.is_relative_to(self.seen):
            return self.real / absolute.relative_to(self.seen)
        return self.real / path

    def read(self, path: str) -> bytes:
        """Content of a file."""
        return self.path(path).read_bytes()

    def read_from(self, path: str, offset: int) -> bytes:
        """Content of a file from a byte offset on."""
        with self.path(path).open("rb") as file:
            file.seek(offset)
            return file.read()

    def size(self, path: str) -> int:
        """Size of a file in bytes."""
        return self.path(path).stat().st_size

    def listing(self, path: str) -> list[str]:
        """Sorted names in a directory."""
        return sorted(entry.name for entry in self.path(path).iterdir())
