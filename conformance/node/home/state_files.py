"""State files of execution plans: number, size, and which of them may be deleted by the page (page: step 3.3)."""

import re
from collections.abc import Iterable
from typing import Any

from conformance.deployment.interface import NodeAccess, NotCollected
from conformance.node.home.event_processor import EventProcessor
from conformance.node.home.files import HomeFiles
from conformance.node.home.persistence import DATABASE_STORE, DEFAULT_LOCATION

#: `<milliseconds>_<plan>`, in a folder per plan inside a folder per tenant (its id, with M for a minus).
_NAME = re.compile(r"([0-9]{1,18})_.+")
#: The page: all but the newest two may be deleted.
KEPT = 2
#: With more files of one plan their sizes are not read, as nothing ever deletes them.
MOST_SIZED = 5_000


def survey(files: HomeFiles, processor: EventProcessor) -> dict[str, Any]:
    """By plan (`<tenant>/<plan>`): files, bytes (None if too many), names to keep, number of deletable ones.

    Empty if nothing was saved yet. EvidenceError if a folder cannot be read.
    """
    kept = processor.persistence if processor.has_ha else None
    if kept and kept.is_on and kept.store.strip() == DATABASE_STORE:
        return {"kept in": f"database table {kept.store_setting('TableName')}", "plans": {}}
    location = kept.location if kept else DEFAULT_LOCATION
    plans = files.facts("state files in", location, lambda access: _plans(access, location))
    return {"kept in": location, "plans": plans}


def _plans(access: NodeAccess, location: str) -> dict[str, Any]:
    tenants = _folders(access, location)
    places = [f"{tenant}/{plan}" for tenant in tenants for plan in _folders(access, f"{location}/{tenant}")]
    return {place: _facts(access, f"{location}/{place}") for place in places}


def _folders(access: NodeAccess, path: str) -> list[str]:
    """Names in a folder; empty for a file or a missing folder."""
    try:
        return access.listing(path)
    except NotCollected:
        raise
    except (FileNotFoundError, NotADirectoryError):
        return []


def _facts(access: NodeAccess, folder: str) -> dict[str, Any]:
    names = _folders(access, folder)
    saved = newest_first(names)
    sizes = [access.size(f"{folder}/{name}") for name in saved] if len(saved) <= MOST_SIZED else None
    return {
        "files": len(saved),
        "bytes": None if sizes is None else sum(sizes),
        "kept": saved[:KEPT],
        "deletable": len(saved[KEPT:]),
        "others": len(names) - len(saved),
    }


def newest_first(names: Iterable[str]) -> list[str]:
    """The state files among `names`, newest first; by time, whatever its number of digits."""
    saved = [name for name in names if _NAME.fullmatch(name)]
    return sorted(saved, key=lambda name: (int(name.partition("_")[0]), name), reverse=True)
