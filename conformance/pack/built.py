"""A pack ready for making homes, and the kinds of packs."""

import json
import shutil
from collections.abc import Callable
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from conformance import cache
from conformance.errors import ConformanceError

_IDENTITY = "identity.json"


class PackKind(Enum):
    """PUBLIC, PUBLIC_44: assembled from public artifacts, on kernel 4.5.1 or 4.4; VENDOR: the vendor's zip."""

    PUBLIC = "public"
    PUBLIC_44 = "public-4.4"
    VENDOR = "vendor"


#: Called with the progress: phase name, done and total (bytes or pieces).
Progress = Callable[[str, int, int], None]


class BuiltPack(NamedTuple):
    """A template home, never run itself, and its origin (as JSON)."""

    path: Path
    identity: dict[str, Any]

    @classmethod
    def in_folder(cls, folder: Path) -> "BuiltPack | None":
        """The pack in its folder; None if it is not built yet."""
        if not (folder / _IDENTITY).exists():
            return None
        return cls(folder / "home", json.loads((folder / _IDENTITY).read_text(encoding="utf-8")))

    @classmethod
    def build(cls, folder: Path, lay_out: Callable[[Path], dict[str, Any]]) -> "BuiltPack":
        """Make the pack in its folder, which appears when complete; `lay_out` fills it. ConformanceError."""
        partial = folder.with_suffix(".part")
        shutil.rmtree(partial, ignore_errors=True)
        try:
            identity = lay_out(partial / "home")
            (partial / _IDENTITY).write_text(json.dumps(identity, indent=1), encoding="utf-8")
            partial.rename(folder)
        except OSError as problem:
            raise ConformanceError(f"{partial}: {problem.strerror}", f"make room or set {cache.VARIABLE}") from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return cls(folder / "home", identity)
