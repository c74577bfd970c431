"""The stream in a file of the run's folder: JSON lines with a size limit, readable by other processes."""

import json
import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

from conformance.files.disk import writing
from conformance.progress.lines import Lines
from conformance.progress.state import State
from conformance.text.printable import one_line

NAME = "progress.jsonl"
#: Maximum bytes of the file, and maximum characters of a line that is read.
LARGEST, LONGEST = 2_000_000, 4_000
#: Kinds of records for which the last bytes of the file are reserved.
_ALWAYS = ("run", "scenario", "scenario_end", "end")
_RESERVE = 100_000
#: Numeric fields, and their maximum value.
_NUMBERS = {"at", "seconds", "expected", "limit", "until", "since", "sent", "accepted", "stored", "number", "of"}
_NUMBERS |= {"done", "total", "failed"}
_LATEST = 1e11


class ProgressFile:
    """A view that appends each record. Records that cannot be written are dropped, as they are not evidence."""

    def __init__(self, path: Path, before: Path | None = None) -> None:
        """`before`: records of an outer process, which come first. The file is created with the first record."""
        self.path = path
        self._before = before
        self._lines: TextIO | None = None
        self._size = 0
        self._begun = False

    def record(self, record: dict[str, Any], _state: State) -> None:
        """Append one record; near the size limit only those that say where the run is."""
        if not self._begun:
            self._begin()
        self._append(record)

    def _begin(self) -> None:
        self._begun = True
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._lines = self.path.open("a", encoding="utf-8")
            self._size = self.path.stat().st_size
        for record in read(self._before) if self._before else ():
            self._append(record)

    def _append(self, record: dict[str, Any]) -> None:
        line = json.dumps(record, separators=(",", ":")) + "\n"
        room = LARGEST - self._size - (0 if record["kind"] in _ALWAYS else _RESERVE)
        if self._lines and len(line) <= room:
            self._size += len(line)
            # A full disk is reported by the files that must be written.
            with suppress(OSError):
                self._lines.write(line)
                self._lines.flush()

    def look(self, _state: State, _now: float) -> None:
        """Does nothing."""

    def close(self) -> None:
        """Close the file."""
        lines, self._lines = self._lines, None
        if lines:
            with suppress(OSError):
                lines.close()


def mask_again(path: Path, mask: Callable[[str], str]) -> None:
    """Rewrite the file with every secret masked that is known at the end."""
    if not path.exists():
        return
    again = path.with_suffix(".part")
    with writing(path), again.open("w", encoding="utf-8") as lines:
        for record in read(path):
            masked = {name: mask(value) if isinstance(value, str) else value for name, value in record.items()}
            lines.write(json.dumps(masked, separators=(",", ":")) + "\n")
        again.replace(path)


def read(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a file, if any; malformed lines are skipped. Control characters are made harmless."""
    with suppress(OSError), path.open(encoding="utf-8", errors="replace") as lines:
        yield from records(lines)


def records(lines: TextIO) -> Iterator[dict[str, Any]]:
    """Records from the current position; an incomplete line is not read yet."""
    while True:
        begin = lines.tell()
        line = lines.readline(LONGEST)
        if not line.endswith("\n"):
            if len(line) < LONGEST:
                lines.seek(begin)
                return
            continue
        record = _record(line)
        if record:
            yield record


def _record(line: str) -> dict[str, Any] | None:
    """A record that a view can show, or None, as the file may come from anyone."""
    try:
        found = {str(name): _value(value) for name, value in json.loads(line).items()}
        wrong = [name for name in _NUMBERS & set(found) if isinstance(found[name], str)]
        if wrong or not isinstance(found["kind"], str) or float(found["at"]) < 0:
            return None
        state = State()
        state.take(found)
        Lines(lambda _text: None).record(found, state)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError, IndexError):
        return None
    return found


def _value(value: Any) -> str | int | float:
    """A text without control characters, or a number. ValueError for anything else."""
    if isinstance(value, str):
        return one_line(value)
    if isinstance(value, int | float) and math.isfinite(value) and abs(value) <= _LATEST:
        return value
    raise ValueError(value)
