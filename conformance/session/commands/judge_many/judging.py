"""Judges one pair in this process, as `--target snapshot:PAIR` does: a run with a report of its own."""

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

#: Not imported here: pytest has it already.
_PYTESTS_OWN = "pytester"
#: What is printed is read by no one but this command, and plugins of the environment have nothing to do.
_PLAIN = (
    *("-c", "pyproject.toml", "-q", "--capture=no", "--disable-plugin-autoload"),
    *("-p", "no:cacheprovider", "-p", "no:logging", "-p", "no:warnings", "-p", "no:faulthandler"),
    *("-p", "no:unraisableexception", "-p", "no:threadexception", "-p", "no:doctest", "-p", "no:unittest"),
)


def prepare() -> None:
    """Do what every run needs, so that no process has to do it again.

    That is: import the plugins that conftest.py names, and make a report of nothing, for which schema, templates and
    patterns are compiled.
    """
    named = [name for name in runpy.run_path(str(ROOT / "conftest.py"))["pytest_plugins"] if name != _PYTESTS_OWN]
    plugins = [import_module(name) for name in named]
    import_module(TARGETS["snapshot"])
    (reports,) = (one.pytest_conformance_reports() for one in plugins if hasattr(one, "pytest_conformance_reports"))
    with tempfile.TemporaryDirectory() as name:
        never_begun(RunOptions("snapshot:", "nothing", Path(name, "nothing")), ROOT, [], reports)
    # What is there now stays as it is: no process looks through it, or copies its pages for that.
    gc.freeze()


@dataclass(frozen=True)
class Judge:
    """Judges pairs with the same options of pytest; what pytest prints of a pair goes into a file of `said`."""

    batch: str
    options: Sequence[str]
    said: Path

    def __call__(self, pair: PairToJudge) -> None:
        """Judge a pair and end this process with pytest's exit code."""
        for number in ENDING:
            signal.signal(number, signal.default_int_handler)
        masking.renew()
        LEDGER.restart()
        output = os.open(self.said / pair.run_id, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(ROOT)
        own = [f"--target=snapshot:{pair.path}", f"--batch={self.batch}", f"--run-id={pair.run_id}"]
        # The plugins are imported already, and there is nothing in them to be rewritten.
        sys.exit(pytest.main([*_PLAIN, *self.options, *own]))
