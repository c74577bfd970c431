"""The pairs in a folder: each folder or archive in it is a valid `--target snapshot:`."""

import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from conformance.archive import archive, packings, topology
from conformance.errors import ConformanceError

_CONF = Path("repository", "conf")
_LAYOUT = "give a folder with a folder, a .zip or a .tar, packed or not, for each pair"
#: Characters not allowed in a run's id, and the maximum length taken from a pair's name.
_STRANGE, _LONGEST = re.compile(r"[^A-Za-z0-9._-]+"), 40


class PairToJudge(NamedTuple):
    """Two homes that were handed in; `name` is their folder or archive, `run_id` that of their run."""

    name: str
    path: Path
    run_id: str


class Found(NamedTuple):
    """The pairs of a folder sorted by name, and the names of other entries."""

    pairs: list[PairToJudge]
    others: list[str]


def look(folder: Path) -> Found:
    """The content of a folder. ConformanceError if it is not a folder of pairs."""
    try:
        entries = sorted(folder.iterdir())
    except OSError as problem:
        raise ConformanceError(f"{folder}: cannot be read ({problem.strerror})", _LAYOUT) from None
    _demand_no_pair(folder, entries)
    candidates = [one for one in entries if not one.name.startswith(".")]
    paths = [one for one in candidates if one.is_dir() or _is_archive(one)]
    if not paths:
        raise ConformanceError(f"{folder}: holds no folder and no archive", _LAYOUT)
    taken: set[str] = set()
    pairs = [PairToJudge(path.name, path, _run_id(path.name, taken)) for path in paths]
    return Found(pairs, [one.name for one in candidates if one not in paths])


def _is_archive(path: Path) -> bool:
    """Whether it is to be judged; if it is packed in a way that is not read, its row says so."""
    with suppress(OSError):
        return archive.is_named_as_archive(path) or (path.is_file() and bool(packings.foreign(path)))
    return False


def _demand_no_pair(folder: Path, entries: list[Path]) -> None:
    homes = [one.name for one in entries if (one / _CONF).is_dir()]
    if homes or (folder / topology.FILE).is_file():
        what = (
            f"{', '.join(homes[:3])} {'are' if homes[1:] else 'is'} a DAS home" if homes else f"holds {topology.FILE}"
        )
        raise ConformanceError(
            f"{folder}: is one pair, not a folder of pairs: {what}", f"use --target snapshot:{folder}"
        )


def _run_id(name: str, taken: set[str]) -> str:
    """An id derived from the name and different from those taken."""
    stem = next((name.removesuffix(suffix) for suffix in archive.SUFFIXES if name.endswith(suffix)), name)
    plain = _STRANGE.sub("-", stem).lstrip("._-")[:_LONGEST] or "pair"
    found, number = plain, 2
    while found.lower() in taken:
        found, number = f"{plain}-{number}", number + 1
    taken.add(found.lower())
    return found
