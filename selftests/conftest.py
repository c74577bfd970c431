"""Fixtures of the self-tests."""

import gc
import os
import signal
import sys
import tempfile
from collections.abc import Generator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from _pytest import tmpdir
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import settings
from hypothesis.internal.conjecture import providers
from hypothesis.internal.entropy import deterministic_PRNG

from conformance import cache
from conformance.evidence import signoff_schema
from conformance.judgement.requirement import NotApplicable, NotAssessed
from conformance.session.ending import ENDING
from selftests import sealed_run
from selftests.database_judge import Judge
from selftests.good_homes import GoodHomes
from selftests.page_home import PageCluster
from selftests.project import Project
from selftests.sealed_run import SealedRun, written

# The same examples in every run, none kept, and no clock: `python -m bench.fuzz` looks for others.
settings.register_profile("selftest", derandomize=True, database=None, deadline=None, max_examples=50)
settings.load_profile("selftest")
# Nor values from the code of all modules that happen to be loaded, which it would look through for half a second.
providers._get_local_constants = lambda: providers._local_constants
# Thousands of tests would each renew a link to their temporary folder, which nothing follows.
tmpdir._force_symlink = lambda *_: None

#: Files are in memory here, on a machine with so many free bytes of it.
MEMORY, ROOM = Path("/dev/shm"), 2 << 30


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    """Add pytest's own fixtures for tests of plugins; it takes `pytest_plugins` in the first conftest.py only."""
    pluginmanager.import_plugin("pytester")


def pytest_configure() -> None:
    """What holds for the process: a shell that starts a job in the background lets it ignore INT, which tests need."""
    _keep_files_in_memory()
    # Hypothesis looks through all objects when it first runs a test: here there are few.
    with deterministic_PRNG():
        gc.disable()
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def _keep_files_in_memory() -> None:
    """To make and remove 50,000 files on a disk takes ten seconds; unless TMPDIR is set, or there is little memory."""
    if "TMPDIR" in os.environ or not MEMORY.is_dir():
        return
    about = os.statvfs(MEMORY)
    if os.access(MEMORY, os.W_OK) and about.f_bavail * about.f_frsize > ROOM and not about.f_flag & os.ST_NOEXEC:
        tempfile.tempdir = os.environ["TMPDIR"] = str(MEMORY)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Tests of a file stay in one worker, where they share what is made once for the file, until another has none."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


def pytest_collection_finish() -> None:
    """Thousands of collected tests live until the end: they are no garbage to be looked for again and again."""
    gc.freeze()
    gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish() -> None:
    """The process ends: what is left need not be looked through for garbage."""
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call() -> Generator[None, object, object]:
    """What the suites leave open is a skip to pytest: a self-test that does not expect it would seem to be in order."""
    try:
        return (yield)
    except (NotApplicable, NotAssessed) as left_open:
        raise AssertionError(f"{type(left_open).__name__}: {left_open}") from left_open


@pytest.fixture(scope="session", autouse=True)
def environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the tests, and the processes that they start, find of the machine."""
    base = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch:
        # A cache of their own, empty at first: what a machine fetched before must not decide a test.
        patch.setenv(cache.VARIABLE, str(tmp_path_factory.mktemp("cache")))
        # No run needs a plugin that happens to be installed; to look for them and to load them costs half a second.
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        if sys.dont_write_bytecode:
            # Fifty processes would compile the whole project, each for itself.
            shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
            patch.setenv("PYTHONPYCACHEPREFIX", str(shared / "compiled"))
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        yield


@pytest.fixture
def pytester(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """Runs pytest on small projects, of which no test asks which hooks were called: to record them all takes time."""
    # No plugin that happens to be installed is needed, and pytest looks for them in every package, five times.
    monkeypatch.setattr("importlib.metadata.distributions", lambda: ())
    monkeypatch.setattr(pytester, "make_hook_recorder", lambda _: SimpleNamespace())
    # At the end of each run it looks five times for garbage, among all that the other tests hold.
    monkeypatch.setattr("_pytest.unraisableexception.gc_collect_harder", lambda _: None)
    # For the traceback of an interrupt, which is not shown, it parses each file that the interrupt came through.
    monkeypatch.setattr("_pytest._code.source.get_statement_startend2", lambda line, _: (line, line + 1))
    return pytester


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    """A small project of its own, for the plugin. A run in it that is interrupted leaves this process deaf: undone."""
    # Its suites are written twice in a second, with as many bytes: Python would take the compiled one for the new one.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    before = {number: signal.getsignal(number) for number in ENDING}
    yield Project(pytester)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def homes(tmp_path: Path) -> GoodHomes:
    """Two homes on disk as the page wants them."""
    return GoodHomes(tmp_path)


@pytest.fixture
def cluster() -> PageCluster:
    """Two homes in memory as the page wants them."""
    return PageCluster()


@pytest.fixture
def judge() -> Judge:
    """The database suite over two nodes and a server as the page's steps leave them."""
    return Judge()


@pytest.fixture
def no_schema(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hand-made sign-offs hold what is looked at, and no more."""
    monkeypatch.setattr(signoff_schema, "demand", lambda *_, **__: None)


@pytest.fixture
def keys(tmp_path: Path) -> tuple[Path, Path]:
    return written(tmp_path, Ed25519PrivateKey.generate())


@pytest.fixture
def signed(project: Project, keys: tuple[Path, Path]) -> SealedRun:
    """A run that was signed: AA-01 failed, BB-01 passed, CC-01 was not applicable."""
    return sealed_run.made(project, f"--sign-key={keys[0]}")
