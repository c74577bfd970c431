"""Rotated parts of the log: which files are parts, and in which order they were written.

A copy beside the log (`.bak`, ` - Copy`, `~`) is not a part, although its name begins alike. Reading stops at a part
that is unreadable or a number that is missing, because lines before a gap prove nothing.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from pathlib import PurePosixPath
from typing import NamedTuple

from conformance.deployment.interface import NodeAccess
from conformance.text.late_pattern import late

LOG_FOLDER = "repository/logs"
LOG_NAME = "wso2carbon.log"
#: File form of the Carbon log, relative to the home (docs/product/logs.md#files-and-rotation).
LOG_PATH = f"{LOG_FOLDER}/{LOG_NAME}"
#: Names like the log's own; the kernel's trace is another log.
_ALIKE = late(r"wso2carbon(?!-trace)", re.IGNORECASE)
#: Suffixes of parts that are unpacked before they are read.
PACKED = (".gz", ".bz2", ".xz")

_DATE = (
    r"(?P<date>\d{4}[._-]\d\d(?:[T._-]\d\d){0,4}|\d\d[._-]\d\d[._-]\d{4}|\d{8}|\d{10})"
    r"(?:[._-](?P<index>\d{1,10}))?"
)
_PACKINGS = r"(?P<packing>\.(?:gz|zip|bz2|xz|zst|lz4|7z|Z))?"
_NAMES = (
    late(rf"^wso2carbon\.log[._-](?:{_DATE}|(?P<number>\d{{1,3}})){_PACKINGS}$"),
    late(rf"^wso2carbon[._-]{_DATE}\.log{_PACKINGS}$"),
)


class _Part(NamedTuple):
    """A part by its name: a day and an index within it, or a number that grows with age."""

    day: tuple[int, ...]
    within: int
    number: int
    packing: str
    path: str

    @property
    def age(self) -> tuple[bool, tuple[int, ...], int]:
        """Sort key, oldest part first."""
        return self.number >= 0, self.day, -self.number if self.number >= 0 else self.within


class Parts(NamedTuple):
    """The parts to read, newest first, and why there is no older one ("" if there is none)."""

    newest_first: tuple[str, ...]
    missing: str


def rotated_files(access: NodeAccess) -> list[str]:
    """Every rotated part of the log, oldest first, including unreadable ones."""
    return [part.path for part in _ordered(access.listing(LOG_FOLDER))]


def beside_log(access: NodeAccess) -> list[str]:
    """Rotated parts of the log, oldest first; before them other files with similar names."""
    parts = rotated_files(access)
    paths = (f"{LOG_FOLDER}/{PurePosixPath(name).name}" for name in access.listing(LOG_FOLDER) if _ALIKE.match(name))
    return [*sorted(one for one in paths if one not in (LOG_PATH, *parts)), *parts]


def beside_missing_log(access: NodeAccess) -> list[str]:
    """Files with names like the log's, if the log itself is missing."""
    with suppress(OSError):
        names = access.listing(LOG_FOLDER)
        return [] if LOG_NAME in names else [name for name in names if _ALIKE.match(name)]
    return []


def readable(paths: Iterable[str]) -> Parts:
    """Which of these parts to read, back to the first that is missing or unreadable."""
    taken: list[str] = []
    before: _Part | None = None
    paths = list(paths)
    for part in reversed(_ordered(paths)):
        if part.packing not in ("", *PACKED):
            return Parts(tuple(taken), f"{part.path} is there, but is not read: unpack it")
        wanted = 1 if before is None else before.number + 1
        if part.number > wanted:
            return Parts(tuple(taken), f"{LOG_PATH}.{wanted} is missing, so that {part.path} is not read")
        taken.append(part.path)
        before = part
    others = [path for path in paths if _part(PurePosixPath(path).name) is None]
    reason = f"not read, as its name is not that of a rotated part, such as {LOG_NAME}.1: {', '.join(others)}"
    return Parts(tuple(taken), reason if others else "")


def _ordered(paths: Iterable[str]) -> list[_Part]:
    """Parts among these names, oldest first; of a packed and an unpacked copy, the unpacked one."""
    found = (_part(PurePosixPath(path).name) for path in paths)
    parts = sorted((part for part in found if part), key=lambda part: (part.age, part.packing != "", part.packing))
    return [part for before, part in zip([None, *parts], parts, strict=False) if not before or before.age != part.age]


def _part(name: str) -> _Part | None:
    match = next((one for pattern in _NAMES if (one := pattern.match(name))), None)
    if match is None:
        return None
    groups = match.groupdict()
    number = int(groups.get("number") or -1)
    within = int(groups["index"] or 0)
    return _Part(_day(groups["date"] or ""), within, number, groups["packing"] or "", f"{LOG_FOLDER}/{name}")


def _day(text: str) -> tuple[int, ...]:
    """Year, month, day and the rest; also for days with the month first, without hyphens, or as seconds."""
    if len(text) == 8:
        return int(text[:4]), int(text[4:6]), int(text[6:])
    numbers = tuple(int(one) for one in re.findall(r"\d+", text))
    return (numbers[2], *numbers[:2]) if len(text) == 10 and len(numbers) == 3 and numbers[2] > 31 else numbers
