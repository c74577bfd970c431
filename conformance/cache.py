"""The user's cache folder: fetched artifacts, built packs, unpacked servers, run folders, earlier timings."""

import os
from pathlib import Path

from conformance.errors import ConformanceError

#: Environment variable that sets the cache folder.
VARIABLE = "DAS_CONFORMANCE_CACHE"


def folder(*parts: str) -> Path:
    """A folder in the cache, created if missing. ConformanceError if it cannot be created."""
    # Imported only here: runs without a lab have nothing in the cache.
    from platformdirs import user_cache_path

    base = Path(os.environ[VARIABLE]) if os.environ.get(VARIABLE) else user_cache_path("das-ha-conformance")
    path = base.joinpath(*parts)
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as problem:
        raise ConformanceError(
            f"{path}: {problem.strerror}", f"make room or set {VARIABLE} to a writable folder"
        ) from None
    return path
