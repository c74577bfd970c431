"""Small jars and zips for the selftests, written on the spot."""

import zipfile
from pathlib import Path


def jar(path: Path, entries: dict[str, str] | None = None, **headers: str) -> Path:
    """A jar with a manifest of these headers (underscores stand for dashes) and text entries."""
    lines = ["Manifest-Version: 1.0", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("META-INF/MANIFEST.MF", "\r\n".join(lines) + "\r\n\r\n")
        for name, text in (entries or {}).items():
            archive.writestr(name, text)
    return path
