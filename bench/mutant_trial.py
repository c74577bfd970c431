"""Tries one mutant: the tests that run its line, in a fork of a session of pytest that has collected all of them."""

import os
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from bench.mutant_swap import Functions

#: Processor seconds of a fork: its start, and its tests as often as the map says (which is slow, as it measures).
_TIMES, _MORE = 1.0, 8.0
#: Nothing but a mutant that waits for something is asleep so long.
_ASLEEP = 60.0
#: What must be read from the copy again where a mutation changes more than functions.
_PROJECT = ("conformance", "fixtures", "reports", "sabotage", "selftests", "suites")
KILLED, SURVIVED = "killed", "survived"


class Collected:
    """A plugin for pytest: instead of running all tests, give them to `work`, which runs some in forks."""

    def __init__(self, root: Path, work: Callable[["Collected"], None]) -> None:
        self._root = root
        self._work = work
        #: Where this process writes; what tests write is caught.
        self.terminal = os.dup(1)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Called when all tests are collected."""
        self._session = session
        self._items = {item.nodeid: item for item in session.items}
        self._functions = Functions()
        with tempfile.TemporaryDirectory(prefix="das-mutants-") as self._folder:
            self._work(self)
        return True

    def __contains__(self, test: object) -> bool:
        return test in self._items

    def tried(self, path: Path, old: str, new: str, tests: Sequence[str], seconds: float, again: bool = False) -> str:
        """Killed if one of the tests fails with the file's new text; `seconds` is what they take without.

        `again`: what was done while tests were collected is done again in any case.
        """

        def run() -> int:
            if not again and self._functions.swap(path, old, new):
                return self._run(tests)
            return self._collected_again(tests)

        with mutated(path, old, new):
            return self.outcome(run, seconds)

    def outcome(self, run: Callable[[], int], seconds: float) -> str:
        """Fork, run, and wait: killed if the run does not end with 0, or not in good time."""
        child = os.fork()
        if not child:
            self._child(run, seconds)
        end = time.monotonic() + _ASLEEP + 20 * seconds
        while not (done := os.waitpid(child, os.WNOHANG))[0]:
            if time.monotonic() > end:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return KILLED
            time.sleep(0.005)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        shutil.rmtree(self._temporary, ignore_errors=True)
        return KILLED if done[1] else SURVIVED

    @property
    def _temporary(self) -> Path:
        return Path(self._folder) / "tests"

    def _run(self, tests: Sequence[str]) -> int:
        items = [self._items[name] for name in tests]
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._session.testsfailed:
                return 1
        return 0

    def _collected_again(self, tests: Sequence[str]) -> int:
        forget_project()
        files = list(dict.fromkeys(name.partition("::")[0] for name in tests))
        options = ["-c", str(self._root / "pyproject.toml"), f"--rootdir={self._root}", "-x", "-q", "--tb=line"]
        return int(
            pytest.main(
                [*options, "-p", "no:cacheprovider", f"--basetemp={self._temporary}", *files], plugins=[_Only(tests)]
            )
        )

    def _child(self, run: Callable[[], int], seconds: float) -> None:
        code = 1
        try:
            os.setsid()
            limit = int(_MORE + _TIMES * seconds)
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 5))
            self._temporary.mkdir()
            self._session.config._tmp_path_factory._basetemp = self._temporary  # type: ignore[attr-defined]
            for number in (1, 2):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)
            code = run()
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 1
        finally:
            os._exit(code)


def forget_project() -> None:
    """Let everything of it be imported again, from the files as they are now."""
    for name in [name for name in sys.modules if name.partition(".")[0] in _PROJECT]:
        del sys.modules[name]


class _Only:
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
def mutated(path: Path, old: str, new: str) -> Iterator[None]:
    """The file with its new text, for processes that tests start; what was compiled of either is not used for both."""
    _uncompiled(path)
    path.write_text(new, encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(old, encoding="utf-8")
        _uncompiled(path)


def _uncompiled(path: Path) -> None:
    for compiled in path.parent.glob(f"__pycache__/{path.stem}.*.pyc"):
        compiled.unlink()
