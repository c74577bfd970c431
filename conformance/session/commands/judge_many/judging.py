"""Judges one pair in this process, like `--target snapshot:PAIR`: a run with its own report."""

import gc
import os
import runpy
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from conformance.project import ROOT
from conformance.session.commands.judge_many.folder import PairToJudge
from conformance.session.ending import ENDING
from conformance.session.options import RunOptions
from conformance.session.run import never_begun
from conformance.targets.selection import TARGETS
from conformance.text import masking
from conformance.time_ledger import LEDGER

#: Not imported here, as pytest already has it.
_PYTESTS_OWN = "pytester"
#: Only this command reads the output, and plugins of the environment are not needed.
_PLAIN = (
    *("-c", "pyproject.toml", "-q", "--capture=no", "--disable-plugin-autoload"),
    *("-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:warnings", "-p", "no:faulthandler"),
    *("-p", "no:unraisableexception", "-p", "no:threadexception", "-p", "no:doctest", "-p", "no:unittest"),
)


def prepare() -> None:
    """Do once what every run needs, so that its process need not repeat it.

    That is: import the plugins that conftest.py names, and make an empty report, which compiles schema, templates and
    patterns.
    """
    named = [name for name in runpy.run_path(str(ROOT / "conftest.py"))["pytest_plugins"] if name != _PYTESTS_OWN]
    plugins = [import_module(name) for name in named]
    import_module(TARGETS["snapshot"])
    (reports,) = (one.pytest_conformance_reports() for one in plugins if hasattr(one, "pytest_conformance_reports"))
    with tempfile.TemporaryDirectory() as name:
        never_begun(RunOptions("snapshot:", "nothing", Path(name, "nothing")), ROOT, [], reports)
    # Exclude existing objects from collection, so that processes do not scan or copy their pages.
    gc.freeze()


@dataclass(frozen=True)
class Judge:
    """Judges pairs with the same pytest options; pytest's output for a pair goes into a file in `said`."""

    batch: str
    options: Sequence[str]
    said: Path

    def __call__(self, pair: PairToJudge) -> None:
        """Judge a pair and exit this process with pytest's exit code."""
        for number in ENDING:
            signal.signal(number, signal.default_int_handler)
        masking.renew()
        LEDGER.restart()
        output = os.open(self.said / pair.run_id, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(ROOT)
        own = [f"--target=snapshot:{pair.path}", f"--batch={self.batch}", f"--run-id={pair.run_id}"]
        # The plugins are already imported and need no rewriting.
        sys.exit(pytest.main([*_PLAIN, *self.options, *own]))
