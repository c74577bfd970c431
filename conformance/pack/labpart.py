"""Lab parts: our own small Java bundles, compiled at assembly, in place of product bundles that are not public.

A part is a folder in `labparts` with part.toml, src (Java), resources (copied into the jar) and test (Java programs
that fail with an AssertionError). A part without src only has a manifest and resources.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from conformance.errors import ConformanceError
from conformance.files import records
from conformance.files.handed_file import read_toml
from conformance.pack import manifest
from conformance.pack.bundle import put

FOLDER = Path(__file__).with_name("labparts")
#: The parts for kernel 4.4 only.
KERNEL_44 = Path(__file__).with_name("labparts_44")
#: Fakes and assertions for the tests of all parts; compiled with them, never part of a bundle.
TESTKIT = FOLDER / "testkit"
_LIMIT_SECONDS = 120.0
_FAILURE = re.compile(r"^Exception in thread .*?(?:AssertionError|Exception|Error)(?::\s*(?P<said>.*))?$", re.MULTILINE)


class Finished(NamedTuple):
    """The exit status of a command and its output from both channels."""

    status: int
    output: str


#: Runs a command to its end.
Runner = Callable[[list[str]], Finished]


@dataclass(frozen=True)
class LabPart:
    """One part, from its part.toml.

    `stands_for` names the product's bundle, `why` says why that cannot run here. `classpath`: bundle names (without
    version) for the sources; `test_classpath`: additional ones for the tests.
    """

    folder: Path
    name: str
    title: str
    stands_for: str
    why: str
    symbolic_name: str
    version: str
    headers: Mapping[str, str] = field(default_factory=dict)
    classpath: tuple[str, ...] = ()
    test_classpath: tuple[str, ...] = ()

    @classmethod
    def load(cls, folder: Path) -> LabPart:
        """Read a part's part.toml. ConformanceError names the file and the problem."""
        path = folder / "part.toml"
        table = read_toml(path, "restore the file")
        if isinstance(headers := table.get("headers"), dict):
            # A list is joined by commas, so that imports can be written one per line.
            lists = {name: one for name, one in headers.items() if isinstance(one, list)}
            joined = {name: ",".join(one) for name, one in lists.items() if all(isinstance(each, str) for each in one)}
            table["headers"] = headers | joined
        return records.read(cls, table, str(path), folder=folder)

    @property
    def file(self) -> str:
        """The jar's file name."""
        return f"{self.symbolic_name}_{self.version}.jar"

    @property
    def sources(self) -> list[Path]:
        """The Java files of the bundle."""
        return sorted((self.folder / "src").rglob("*.java"))

    @property
    def tests(self) -> list[str]:
        """The class names of the part's test programs."""
        folder = self.folder / "test"
        found = (path.relative_to(folder).with_suffix("") for path in sorted(folder.rglob("*Test.java")))
        return [".".join(path.parts) for path in found]

    def manifest(self) -> bytes:
        """The bundle's manifest."""
        fixed = {
            "Bundle-ManifestVersion": "2",
            "Bundle-SymbolicName": self.symbolic_name,
            "Bundle-Version": self.version,
            "Bundle-Name": self.title,
            "Bundle-Vendor": "DAS conformance lab",
        }
        return manifest.render({**self.headers, **fixed})

    def build(self, classpath: list[Path], java: Path, ecj: Path, out_dir: Path, run: Runner | None = None) -> Path:
        """Compile the part and write its jar into `out_dir`; the same inputs give the same bytes.

        `classpath` has everything on the node; the part uses what it names. ConformanceError with the compiler's
        messages, or naming a missing bundle.
        """
        entries = _files_below(self.folder / "resources")
        if self.sources:
            libraries = pick(self.name, self.classpath, classpath)
            with tempfile.TemporaryDirectory(prefix="labpart-") as scratch:
                compile_java(self.name, self.sources, libraries, Compiler(java, ecj, run or run_command), Path(scratch))
                entries |= _files_below(Path(scratch))
        return write_jar(out_dir / self.file, {manifest.PATH: self.manifest(), **entries})

    def run_tests(self, jar: Path, classpath: list[Path], java: Path, ecj: Path, run: Runner | None = None) -> None:
        """Compile and run the part's tests. ConformanceError names part, test and failure."""
        if not self.tests:
            return
        compiler = Compiler(java, ecj, run or run_command)
        libraries = [jar, *pick(self.name, self.classpath + self.test_classpath, classpath)]
        sources = [*sorted(TESTKIT.glob("*.java")), *sorted((self.folder / "test").rglob("*.java"))]
        with tempfile.TemporaryDirectory(prefix="labpart-test-") as scratch:
            compile_java(self.name, sources, libraries, compiler, Path(scratch))
            for test in self.tests:
                _run_test(self.name, test, [Path(scratch), *libraries], compiler)


class Compiler(NamedTuple):
    """Tools to compile and run Java: a java executable, the ECJ jar, and a command runner."""

    java: Path
    ecj: Path
    run: Runner


def discover(folder: Path = FOLDER) -> list[LabPart]:
    """All parts of a folder, by name. ConformanceError if one is unreadable or there is none."""
    parts = [LabPart.load(path.parent) for path in sorted(folder.glob("*/part.toml"))]
    if not parts:
        raise ConformanceError(f"{folder}: no lab part found", "restore the folder")
    return parts


def write_jar(path: Path, entries: dict[str, bytes]) -> Path:
    """Write a jar: the manifest first, then folders and files sorted, all entries with the same time."""
    folders = {"/".join(name.split("/")[:depth]) + "/" for name in entries for depth in range(1, name.count("/") + 1)}
    named = {**entries, **dict.fromkeys(folders, b"")}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(named, key=lambda name: (name not in ("META-INF/", manifest.PATH), name)):
            put(archive, name, named[name])
    return path


def run_command(command: list[str]) -> Finished:
    """Run a command to its end; a command that cannot start or times out counts as failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired) as problem:
        return Finished(-1, str(problem))
    return Finished(done.returncode, done.stdout + done.stderr)


def compile_java(part: str, sources: Iterable[Path], libraries: Iterable[Path], compiler: Compiler, out: Path) -> None:
    """Compile for Java 8 with debug tables, from which axis2 reads the names of SOAP parameters."""
    options = ["-source", "8", "-target", "8", "-g", "-proc:none", "-nowarn", "-encoding", "UTF-8"]
    paths = ["-cp", ":".join(map(str, libraries)), "-d", str(out)]
    files = [str(path) for path in sources]
    done = compiler.run([str(compiler.java), "-jar", str(compiler.ecj), *options, *paths, *files])
    if done.status != 0:
        raise ConformanceError(f"lab part {part} does not compile: {done.output.strip()}", "correct the source")


def _run_test(part: str, test: str, classpath: list[Path], compiler: Compiler) -> None:
    # Java's own assertions (-ea) stay off: those of some libraries fail outside of their server.
    done = compiler.run([str(compiler.java), "-cp", ":".join(map(str, classpath)), test])
    if done.status != 0:
        found = _FAILURE.search(done.output)
        said = (found.group("said") if found else None) or done.output.strip()[-500:] or f"status {done.status}"
        raise ConformanceError(f"lab part {part}: {test}: {said}", "correct the part or its test")


def pick(part: str, names: Iterable[str], classpath: list[Path]) -> list[Path]:
    """The files in `classpath` with these bundle names, in the order of the names."""
    picked = []
    for name in names:
        pattern = re.compile(re.escape(name) + r"[-_]\d.*\.jar")
        found = [path for path in classpath if pattern.fullmatch(path.name)]
        if not found:
            raise ConformanceError(f"lab part {part} needs {name}: no such jar", "correct part.toml or lock.toml")
        picked += found
    return picked


def _files_below(folder: Path) -> dict[str, bytes]:
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
