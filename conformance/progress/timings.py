"""How long the stages of a start took in earlier runs, so that a wait can say how long it will be."""

import contextlib
import json
import os
from pathlib import Path

from conformance import cache

_FILE = "timings.json"
#: Weight of the latest run: a machine's speed changes slowly, a single run may be odd.
_LATEST = 0.5


class Timings:
    """Seconds by stage, kept in the cache. A missing or damaged file only means that nothing is known."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or cache.folder() / _FILE

    def expected(self, stage: str) -> float | None:
        """Seconds that the stage is likely to take, None when it never ran here."""
        return self._read().get(stage)

    def record(self, stage: str, seconds: float) -> None:
        """Remember; a cache that cannot be written is no reason to fail."""
        known = self._read()
        before = known.get(stage, seconds)
        known[stage] = round(before + _LATEST * (seconds - before), 2)
        partial = self._path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            partial.write_text(json.dumps(known, indent=1, sort_keys=True), encoding="utf-8")
            partial.replace(self._path)

    def _read(self) -> dict[str, float]:
        try:
            data = json.loads(self._path.read_text(encoding="utf-8"))
            return {str(stage): float(seconds) for stage, seconds in data.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            return {}
