"""Edits line-based files: .properties, .conf, .ini and shell scripts. Untouched bytes stay as they are."""

import difflib
import re
from pathlib import Path
from typing import TypeVar

from conformance.errors import ConformanceError
from conformance.pack.steps import saving

_File = TypeVar("_File", bound="LineFile")


class LineFile:
    """A file of lines in any encoding based on ASCII; added text must be ASCII."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        self._newline = "\r\n" if text.count("\r\n") * 2 > text.count("\n") else "\n"
        self._before = text
        self.lines = text.replace("\r\n", "\n").split("\n")

    @classmethod
    def open(cls: type[_File], path: Path) -> _File:
        """Read the file. ConformanceError if it is missing or not such a text (binary, UTF-16)."""
        return cls.parse(path, saving.read(path))

    @classmethod
    def parse(cls: type[_File], path: Path, data: bytes) -> _File:
        """Like `open`, from the file's content."""
        if b"\0" in data:
            line = data[: data.index(b"\0")].count(b"\n") + 1
            raise ConformanceError(f"{path}:{line}: holds NUL bytes", "save it as plain text (UTF-8 or ISO-8859-1)")
        return cls(path, data.decode("latin-1"))

    def replace_or_append(self, pattern: str, line: str) -> None:
        """Replace every line that matches the pattern from its start by `line`; append it if there is none."""
        places = [at for at, text in enumerate(self.lines) if re.match(pattern, text)]
        for at in places:
            self.lines[at] = line
        if not places:
            self.append(line)

    def append(self, line: str) -> None:
        """Add a line at the end."""
        if self.lines[-1] == "":
            self.lines.insert(len(self.lines) - 1, line)
        else:
            self.lines += [line, ""]

    def insert_before(self, pattern: str, line: str) -> None:
        """Insert `line` before the first match, unless it exists. ConformanceError if nothing matches."""
        if line in self.lines:
            return
        self.lines.insert(self.position(pattern), line)

    def position(self, pattern: str) -> int:
        """Index of the first line that matches from its start. ConformanceError names file and pattern."""
        for at, text in enumerate(self.lines):
            if re.match(pattern, text):
                return at
        raise ConformanceError(f"{self.path}: no line matches {pattern}", "compare with the stock file")

    def save(self) -> None:
        """Write the file if it was changed. ConformanceError for text that is not ASCII."""
        data = self.to_bytes()
        if data != self._before.encode("latin-1"):
            saving.save(self.path, data)
            self._before = data.decode("latin-1")

    def to_bytes(self) -> bytes:
        """The file's new bytes. ConformanceError for text that is not ASCII."""
        written = self._before.split("\n")
        plain = [*(line.removesuffix("\r") for line in written[:-1]), written[-1]]
        matcher = difflib.SequenceMatcher(None, plain, self.lines, autojunk=False)
        found: list[str] = []
        for kind, begin, _, first, last in matcher.get_opcodes():
            kept = written[begin:-1] if kind == "equal" else []
            found += [kept[at - first] if at - first < len(kept) else self._ended(at) for at in range(first, last)]
        try:
            return "\n".join(found).encode("latin-1")
        except UnicodeEncodeError as problem:
            wrong = problem.object[problem.start : problem.end]
            raise ConformanceError(f"{self.path}: cannot hold {wrong!r}", "use ASCII values") from None

    def _ended(self, at: int) -> str:
        """A new line with the file's usual line end; the last line has none."""
        return self.lines[at] + (self._newline[:-1] if at < len(self.lines) - 1 else "")


class SettingsFile(LineFile):
    """Lines of key and value, separated by `=`, `:` or blanks; `#` starts a comment, a last `\\` continues the line."""

    def set(self, key: str, value: str, separator: str = "=") -> None:
        """Set the key's value wherever it occurs (the last one counts in the product); append it if it does not."""
        places = self._places(key)
        for at in places:
            self._refuse_continued(at, key)
            head = self.lines[at][: len(self.lines[at]) - len(self._value(at, key))]
            self.lines[at] = (head if head.strip() != key or head[-1].isspace() else head + separator) + value
        if not places:
            self.append(f"{key}{separator}{value}")

    def extend_list(self, key: str, *items: str) -> None:
        """Append items to a one-line comma list. ConformanceError if the key is not set."""
        at = self._only(key)
        self._refuse_continued(at, key)
        present = [part.strip() for part in self._value(at, key).split(",")]
        missing = [item for item in items if item not in present]
        if missing:
            self.lines[at] = ", ".join([self.lines[at].rstrip(), *missing])

    def begin_list(self, key: str, item: str) -> None:
        """Insert an item at the start of a comma list of one or more lines. ConformanceError if the key is not set."""
        at = self._only(key)
        present = self._value(at, key)
        if present.rstrip("\\").split(",")[0].strip() == item:
            return
        head = self.lines[at][: len(self.lines[at]) - len(present)]
        self.lines[at : at + 1] = [f"{head}{item},\\", present]

    def _only(self, key: str) -> int:
        places = self._places(key)
        if len(places) != 1:
            raise ConformanceError(f"{self.path}: {key} is set {len(places)} times", "it must be set once")
        return places[0]

    def _places(self, key: str) -> list[int]:
        continued = False
        places = []
        for at, text in enumerate(self.lines):
            if not continued and self._head(key).match(text):
                places.append(at)
            continued = text.endswith("\\") and not text.lstrip().startswith("#")
        return places

    def _value(self, at: int, key: str) -> str:
        return self._head(key).sub("", self.lines[at], count=1)

    def _refuse_continued(self, at: int, key: str) -> None:
        if self.lines[at].endswith("\\"):
            raise ConformanceError(f"{self.path}:{at + 1}: {key} runs over several lines", "put it on one line")

    @staticmethod
    def _head(key: str) -> re.Pattern[str]:
        return re.compile(rf"\s*{re.escape(key)}(?:\s*[=:]\s*|\s+|$)")
