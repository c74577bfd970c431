"""Judges one pair in this process, as `--target snapshot:PAIR` does: a run with a report of its own."""

from __future__ import annotations

import os
import runpy
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

import pytest

from conformance.evidence import signoff_schema
from conformance.project import ROOT
from conformance.session.commands.judge_many.folder import PairToJudge
from conformance.session.ending import ENDING
from conformance.targets.selection import TARGETS
from conformance.text import masking
from conformance.time_ledger import LEDGER

#: Not imported here: pytest has it already.
_PYTESTS_OWN = "pytester"


def prepare() -> None:
    """Import what every run needs, so that no process has to do it again: the plugins that conftest.py names, too."""
    for name in runpy.run_path(str(ROOT / "conftest.py"))["pytest_plugins"]:
        if name != _PYTESTS_OWN:
            import_module(name)
    import_module(TARGETS["snapshot"])
    signoff_schema.violations({})


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
        plain = ["-c", "pyproject.toml", "-q", "-p", "no:cacheprovider", "-Wignore::pytest.PytestAssertRewriteWarning"]
        sys.exit(pytest.main([*plain, *self.options, *own]))
