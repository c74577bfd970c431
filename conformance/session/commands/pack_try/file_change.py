"""What a step did to one file, as a unified diff; and whether the file's line ends stayed as they were."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_CRLF, _LF = b"\r\n", b"\n"


@dataclass(frozen=True)
class FileChange:
    """A file's bytes before (None: it was not there) and after a step."""

    path: str
    before: bytes | None
    after: bytes

    @property
    def added(self) -> int:
        """Lines that are new."""
        return sum(line.startswith("+") for line in self._body())

    @property
    def removed(self) -> int:
        """Lines that are gone."""
        return sum(line.startswith("-") for line in self._body())

    @property
    def broken_ends(self) -> str:
        """How the line ends changed, "" if they are as before."""
        if self.before is None:
            return ""
        before, after = line_ends(self.before), line_ends(self.after)
        return "" if before == after else f"line ends were {before}, and are {after} now"

    def diff(self) -> Iterator[str]:
        """A unified diff; what a line ends with is named once, in the head."""
        ends = line_ends(self.after)
        yield f"--- {self.path if self.before is not None else '/dev/null'}"
        yield f"+++ {self.path} ({ends})"
        yield from self._body()

    def _body(self) -> Iterator[str]:
        yield from list(difflib.unified_diff(_lines(self.before or b""), _lines(self.after), n=2, lineterm=""))[2:]


def changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    """Files that differ, in order. No step removes one."""
    return tuple(
        FileChange(path, before.get(path), content)
        for path, content in sorted(after.items())
        if before.get(path) != content
    )


def line_ends(content: bytes) -> str:
    """CRLF or LF; mixed where a file has both."""
    crlf, all_ends = content.count(_CRLF), content.count(_LF)
    if crlf not in (0, all_ends):
        return f"mixed ({crlf} CRLF of {all_ends})"
    return "CRLF" if crlf else "LF"


def _lines(content: bytes) -> list[str]:
    lines = content.decode("utf-8", "backslashreplace").replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines
