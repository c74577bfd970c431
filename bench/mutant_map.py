"""Which tests run which line: a pytest plugin for the one run of all self-tests before mutants are tried.

    python -m pytest selftests -p bench.mutant_map

Every test is a context of coverage.py, also in the processes that it starts; and how long it took is noted.
"""

import json
import os
from collections.abc import Generator
from pathlib import Path

import coverage
import pytest

#: Where the map is written: coverage's data files, and seconds by test.
FOLDER = "DAS_MUTANT_MAP"
#: The context of processes that a test starts.
_TEST = "DAS_MUTANT_TEST"
_CONFIG = """[run]
source = {source}
data_file = {folder}/data
parallel = true
patch = subprocess
context = ${{{test}-}}
disable_warnings = no-data-collected, module-not-measured, module-not-imported, already-imported
"""

_seconds: dict[str, float] = {}
_running: list[str] = []
_measuring: list[coverage.Coverage] = []


def pytest_configure() -> None:
    """Begin; the processes that tests start do so by themselves."""
    folder, root = Path(os.environ[FOLDER]), Path(__file__).parents[1]
    source = ",".join(str(root / name) for name in ("conformance", "suites", "reports", "fixtures"))
    config = folder / f"config-{os.getpid()}"
    config.write_text(_CONFIG.format(source=source, folder=folder, test=_TEST), encoding="utf-8")
    os.environ.pop(_TEST, None)
    _measuring.append(coverage.Coverage(config_file=str(config)))
    _measuring[0].start()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Name the context after the outer test: tests of projects within a test belong to it."""
    if _running:
        return (yield)
    _running.append(item.nodeid)
    os.environ[_TEST] = item.nodeid
    _measuring[0].switch_context(item.nodeid)
    try:
        return (yield)
    finally:
        _measuring[0].switch_context("")
        os.environ.pop(_TEST)
        _running.clear()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Add up set-up, call and tear-down."""
    if _running:
        _seconds[_running[0]] = _seconds.get(_running[0], 0.0) + report.duration


def pytest_sessionfinish() -> None:
    """Write both."""
    _measuring[0].stop()
    _measuring[0].save()
    path = Path(os.environ[FOLDER]) / f"seconds-{os.getpid()}.json"
    path.write_text(json.dumps(_seconds), encoding="utf-8")
