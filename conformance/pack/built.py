"""A pack ready for making homes, and the kinds of packs."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any


class PackKind(Enum):
    """PUBLIC, PUBLIC_44: assembled from public artifacts, on kernel 4.5.1 or 4.4; VENDOR: the vendor's zip."""

    PUBLIC = "public"
    PUBLIC_44 = "public-4.4"
    VENDOR = "vendor"


#: Called with the progress: phase name, done and total (bytes or pieces).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class BuiltPack:
    """A template home, never run itself, and its origin (as JSON)."""

    path: Path
    identity: dict[str, Any]
