"""Copies of a handed-in home, as much of it as is configured or judged: bundles are only listed."""

from pathlib import Path

from conformance.errors import ConformanceError
from conformance.pack.handed_home import HandedHome

_SERVER = "repository/deployment/server"
#: Folders that are copied with all that is below them.
PARTS = (
    *("bin", "dbscripts", "repository/conf", "repository/components/lib", "lib/spark-ext"),
    *(f"{_SERVER}/{name}" for name in ("eventstreams", "eventreceivers", "eventpublishers", "executionplans")),
    *(f"{_SERVER}/eventsink", f"{_SERVER}/carbonapps"),
)


def make(home: HandedHome, target: Path) -> Path:
    """A copy at `target`. ConformanceError when a file cannot be read, or there is no room."""
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
    """Every file of a copy with its bytes, but for jars."""
    files = (path for path in sorted(home.rglob("*")) if path.is_file() and path.suffix != ".jar")
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in files}


def place_driver(copy: Path, driver: Path) -> None:
    """Put the page's JDBC driver where the product looks for it (Prerequisites, step 3)."""
    place = copy / "repository/components/lib" / driver.name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(driver.read_bytes())
