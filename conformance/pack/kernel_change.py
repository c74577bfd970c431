"""Turns the unpacked zip into another kernel's home: removes bundles, rewrites the list of bundles, changes lab parts.

DAS 3.1.0's kernel is not public as a zip, but a close one is, bundle by bundle (docs/product/kernel.md).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fnmatch import fnmatch
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.pack import manifest
from conformance.pack.labpart import LabPart

PLUGINS = Path("repository/components/plugins")
#: What the framework starts, in order: name, version, location, start level, and whether it is started.
LIST = Path("repository/components/default/configuration/org.eclipse.equinox.simpleconfigurator/bundles.info")
_START_LEVEL = 4


@dataclass(frozen=True)
class KernelChange:
    """The table `kernel` of a lock that changes the kernel.

    `without`: artifacts of the first lock that this kernel does not have; `without_parts`: lab parts that it does not
    have; `without_tests`: lab parts whose tests need the first kernel; `removed` and `kept`: path patterns in the home.
    `classpath`: what replaces a missing bundle when a lab part is compiled; `start_levels`: those other than 4.
    """

    version: str
    removed: tuple[str, ...]
    kept: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    without_parts: tuple[str, ...] = ()
    without_tests: tuple[str, ...] = ()
    classpath: Mapping[str, str] = field(default_factory=dict)
    start_levels: Mapping[str, int] = field(default_factory=dict)

    def take_out(self, home: Path) -> None:
        """Remove what this kernel does not have. ConformanceError for a pattern without a match."""
        files = [path for path in sorted(home.rglob("*")) if path.is_file()]
        names = {path.relative_to(home).as_posix(): path for path in files}
        for pattern in (*self.removed, *self.kept):
            if not any(fnmatch(name, pattern) for name in names):
                raise ConformanceError(f"the kernel's zip has no {pattern}", "correct the lock's [kernel]")
        for name, path in names.items():
            if any(fnmatch(name, each) for each in self.removed) and not any(fnmatch(name, each) for each in self.kept):
                path.unlink()

    def list_bundles(self, home: Path) -> None:
        """Update the framework's list for the current bundles; remaining bundles keep their lines."""
        path = home / LIST
        lines = path.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.startswith("#") or (path.parents[3] / _place(line)).exists()]
        listed = {Path(_place(line)).name for line in kept if not line.startswith("#")}
        new = [jar for jar in sorted((home / PLUGINS).glob("*.jar")) if jar.name not in listed]
        path.write_text("\n".join([*kept, *map(self._line, new)]) + "\n", encoding="utf-8")

    def _line(self, jar: Path) -> str:
        headers = manifest.read(jar)
        name = headers.get("Bundle-SymbolicName", "").partition(";")[0].strip()
        level = self.start_levels.get(name, _START_LEVEL)
        started = "false" if "Fragment-Host" in headers else "true"
        return f"{name},{headers.get('Bundle-Version', '')},../plugins/{jar.name},{level},{started}"

    def parts(self, usual: Iterable[LabPart], own: Iterable[LabPart]) -> list[LabPart]:
        """The lab parts of this kernel: the usual ones that it needs, compiled for it, and its own."""
        usual = list(usual)
        if unknown := sorted({*self.without_parts, *self.without_tests} - {part.name for part in usual}):
            raise ConformanceError(f"no lab part is called {', '.join(unknown)}", "correct the lock's [kernel]")
        fitting = [part for part in usual if part.name not in self.without_parts]
        return [*(self._compiled_here(part) for part in fitting), *own]

    def _compiled_here(self, part: LabPart) -> LabPart:
        used = tuple(self.classpath.get(name, name) for name in part.classpath)
        tested = tuple(self.classpath.get(name, name) for name in part.test_classpath)
        return replace(part, classpath=used, test_classpath=tested)


def _place(line: str) -> str:
    """Location of a listed bundle, relative to repository/components."""
    fields = line.split(",")
    return fields[2].removeprefix("../") if len(fields) > 2 else ""
