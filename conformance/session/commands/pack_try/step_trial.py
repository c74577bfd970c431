"""Applies the page's steps to copies of a home: what each changed, did not find, or could not try."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from conformance.deployment.spec import ClusterSpec, DatabaseSpec, NodeSpec
from conformance.errors import ConformanceError
from conformance.pack.handed_home import HandedHome
from conformance.pack.steps.page import LAB, PAGE, PageStep, Step
from conformance.pack.steps.saving import FileMissing
from conformance.pack.steps.xml_file import EditedHome
from conformance.secret import Secret

_SERVER = "repository/deployment/server"
#: Folders to copy with all their content.
PARTS = (
    *("bin", "dbscripts", "repository/conf", "repository/components/lib", "lib/spark-ext"),
    *(f"{_SERVER}/{name}" for name in ("eventstreams", "eventreceivers", "eventpublishers", "executionplans")),
    *(f"{_SERVER}/eventsink", f"{_SERVER}/carbonapps"),
)


def copy_of(home: HandedHome, target: Path) -> Path:
    """A copy at `target`. ConformanceError if a file cannot be read or the disk is full."""
    try:
        for part in PARTS:
            for path in home.files(part):
                home.copy(path, target / path)
    except OSError as problem:
        raise ConformanceError(
            f"{target}: {problem.strerror}", "make room, or set TMPDIR to a folder with room"
        ) from None
    (target / "repository/conf").mkdir(parents=True, exist_ok=True)
    return target


def contents(home: Path) -> dict[str, bytes]:
    """Every file of a copy with its bytes, except jars."""
    files = (path for path in sorted(home.rglob("*")) if path.is_file() and path.suffix != ".jar")
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in files}


def place_driver(copy: Path, driver: Path) -> None:
    """Put the page's JDBC driver where the product looks for it (Prerequisites, step 3)."""
    place = copy / "repository/components/lib" / driver.name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(driver.read_bytes())


_CRLF, _LF = b"\r\n", b"\n"


class FileChange(NamedTuple):
    """A file's bytes before (None if it did not exist) and after a step."""

    path: str
    before: bytes | None
    after: bytes

    @property
    def added(self) -> int:
        """Number of added lines."""
        return sum(line.startswith("+") for line in self._body())

    @property
    def removed(self) -> int:
        """Number of removed lines."""
        return sum(line.startswith("-") for line in self._body())

    @property
    def broken_ends(self) -> str:
        """How the line ends changed; "" if they did not."""
        if self.before is None:
            return ""
        before, after = line_ends(self.before), line_ends(self.after)
        return "" if before == after else f"line ends were {before}, and are {after} now"

    def diff(self) -> Iterator[str]:
        """A unified diff; line ends are named only in its head."""
        ends = line_ends(self.after)
        yield f"--- {self.path if self.before is not None else '/dev/null'}"
        yield f"+++ {self.path} ({ends})"
        yield from self._body()

    def _body(self) -> Iterator[str]:
        yield from list(difflib.unified_diff(_lines(self.before or b""), _lines(self.after), n=2, lineterm=""))[2:]


def changes(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> tuple[FileChange, ...]:
    """Files that differ, in order. No step removes a file."""
    return tuple(
        FileChange(path, before.get(path), content)
        for path, content in sorted(after.items())
        if before.get(path) != content
    )


def line_ends(content: bytes) -> str:
    """CRLF or LF, or mixed."""
    crlf, all_ends = content.count(_CRLF), content.count(_LF)
    if crlf not in (0, all_ends):
        return f"mixed ({crlf} CRLF of {all_ends})"
    return "CRLF" if crlf else "LF"


def _lines(content: bytes) -> list[str]:
    lines = content.decode("utf-8", "backslashreplace").replace("\r\n", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


#: Addresses reserved for documentation, which no network uses.
_FIRST, _SECOND, _DATABASE = "198.51.100.11", "198.51.100.12", "198.51.100.13"
_HOME = Path("/opt/das")
#: Additional settings of a lab, with our own titles because the page does not number them.
OF_THE_LAB = tuple(PageStep("lab", step.__module__.rpartition(".")[2].replace("_", " "), step) for step in LAB)


class StepOutcome(NamedTuple):
    """One step on the first node's home: `missing` names a missing file, `problem` an error."""

    step: PageStep
    changes: tuple[FileChange, ...]
    missing: str = ""
    problem: str = ""


def cluster() -> ClusterSpec:
    """The two nodes of the copies."""
    nodes = (NodeSpec("node1", _FIRST, _HOME, "node-1"), NodeSpec("node2", _SECOND, _HOME, "node-2"))
    return ClusterSpec(nodes, DatabaseSpec(_DATABASE, 3306, "das", Secret("of-the-database")), Secret("of-the-admin"))


def lay_base(homes: Iterable[EditedHome], base: Iterable[Step]) -> None:
    """Apply what turns the lab's bare kernel into a DAS home. ConformanceError if a place is missing."""
    for home in homes:
        for step in base:
            step(home)


def tried(homes: tuple[EditedHome, EditedHome], steps: Iterable[PageStep] = PAGE) -> list[StepOutcome]:
    """Every step in order on both homes; the first home's results, unless only the second one failed."""
    first, second = homes
    outcomes = []
    for step in steps:
        outcome, other = _one(step, first), _one(step, second)
        failed = next((one for one in (outcome, other) if one.problem or one.missing), outcome)
        outcomes.append(StepOutcome(step, outcome.changes, failed.missing, failed.problem))
    return outcomes


def _one(step: PageStep, at: EditedHome) -> StepOutcome:
    before = contents(at.path)
    missing = problem = ""
    try:
        step.apply(at)
    except FileMissing as lacking:
        missing = lacking.path.relative_to(at.path).as_posix()
    except ConformanceError as error:
        problem = str(error).replace(f"{at.path}/", "")
    found = changes(before, contents(at.path))
    ends = [f"{one.path}: {one.broken_ends}" for one in found if one.broken_ends]
    return StepOutcome(step, found, missing, "; ".join([*([problem] if problem else []), *ends]))
