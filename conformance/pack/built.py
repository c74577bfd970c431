"""A pack that is ready to make homes of."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Told what is being done: a phase name, done and total (bytes or pieces).
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class BuiltPack:
    """A template home, never run itself, and what it was made of (JSON-able)."""

    path: Path
    identity: dict[str, Any]
