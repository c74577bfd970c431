"""Tries one mutant: the tests that run its line, in a process forked from one that has the libraries loaded."""

import importlib
import os
import resource
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

#: Loaded before the forks; nothing of the project is, as it must be read with its mutation.
LIBRARIES = (
    "pytest hypothesis lxml.etree requests pymysql cryptography.x509 cryptography.hazmat.primitives.serialization "
    "jsonschema_rs psutil rich.progress rich.live tomli platformdirs filelock docker testinfra http.server "
    "xml.etree.ElementTree unittest.mock _pytest.pytester jinja2 thriftpy2"
)
#: Processor seconds of a process: its start, and its tests as often as the map says (which is slow, as it measures).
_TIMES, _MORE = 1.0, 8.0
#: Nothing but a mutant that waits for something is asleep so long.
_ASLEEP = 300.0
#: Code of pytest for no tests at all.
_NOTHING_RUN = 5
#: What must be read from the copy, whatever of it this process has read before.
_PROJECT = ("conformance", "fixtures", "reports", "sabotage", "selftests", "suites")
KILLED, SURVIVED = "killed", "survived"


def load_libraries() -> None:
    """Once, for all forks."""
    for name in LIBRARIES.split():
        importlib.import_module(name)


class Only:
    """A plugin for pytest: these tests and no others, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._order = {name: number for number, name in enumerate(tests)}

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leave out what is not named. Sessions within a test are not meant."""
        if any(item.nodeid in self._order for item in items):
            items[:] = sorted(
                (item for item in items if item.nodeid in self._order), key=lambda item: self._order[item.nodeid]
            )


@contextmanager
def mutated(path: Path, text: str) -> Iterator[None]:
    """The file with that text, for every process that reads it; what was compiled of either is never used for both."""
    before = path.read_bytes()
    _uncompiled(path)
    path.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        path.write_bytes(before)
        _uncompiled(path)


def _uncompiled(path: Path) -> None:
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        compiled.unlink()


def tests_of(root: Path, tests: Sequence[str]) -> Callable[[], int]:
    """Runs them in `root` up to the first that fails."""
    files = list(dict.fromkeys(name.partition("::")[0] for name in tests))
    options = ["-c", str(root / "pyproject.toml"), f"--rootdir={root}", "-x", "-q", "-p", "no:cacheprovider"]
    return lambda: int(pytest.main([*options, "--tb=line", *files], plugins=[Only(tests)]))


def outcome(root: Path, run: Callable[[], int], seconds: float, said: Path) -> str:
    """Fork, run in `root`, and wait: killed if the run does not end with 0, or not in good time."""
    child = os.fork()
    if not child:
        _child(root, run, seconds, said)
    end = time.monotonic() + _ASLEEP + 20 * seconds
    while not (done := os.waitpid(child, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return KILLED
        time.sleep(0.02)
    with suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    if os.waitstatus_to_exitcode(done[1]) == _NOTHING_RUN:
        raise SystemExit(f"no test was run: {said.read_text(encoding='utf-8', errors='replace')[-2000:]}")
    return KILLED if done[1] else SURVIVED


def _child(root: Path, run: Callable[[], int], seconds: float, said: Path) -> None:
    code = 1
    try:
        os.setsid()
        limit = int(_MORE + _TIMES * seconds)
        resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
        os.chdir(root)
        sys.path.insert(0, str(root))
        for name in [name for name in sys.modules if name.partition(".")[0] in _PROJECT]:
            del sys.modules[name]
        # What is compiled of the tests, with pytest's rewriting, serves the next mutant.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        sys.dont_write_bytecode = False
        with said.open("w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        code = run()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        os._exit(code)
