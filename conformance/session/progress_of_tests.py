"""Reports pytest's progress to the stream: running and finished tests; and coordinates output on the terminal."""

from __future__ import annotations

import hashlib
import os
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import pytest

from conformance.disruption import scenarios
from conformance.judgement import collection
from conformance.judgement.catalogue import Catalogue, Kind
from conformance.progress.file import NAME, ProgressFile
from conformance.progress.lines import Lines
from conformance.progress.plan import Plan, Timings
from conformance.progress.stream import Stream
from conformance.session import second_lab
from conformance.targets.embedded import entered
from conformance.text.printable import one_line
from conformance.time_ledger import TOTAL

if TYPE_CHECKING:
    from conformance.session.run import Run


class ProgressOfTests:
    """A plugin for one run. On a terminal its lines replace pytest's letters."""

    def __init__(self, stream: Stream, run: Run, out: TextIO, *, live: bool) -> None:
        """`out` is the user's terminal or log; pytest captures its own output while a test runs."""
        self._stream = stream
        self._out = out
        if live:
            # Imported only for a terminal: rich takes a tenth of the start of a run of copied files.
            from conformance.progress.live import LiveLines
        self._live = LiveLines(out) if live else None
        self._catalogue: Catalogue = run.catalogue
        self._run_id, self._target = run.options.run_id, run.options.target
        self._second, self._share = run.second, run.options.share
        self._ledger = run.ledger
        self._kinds: dict[str, Kind] = {}
        self._plan: Plan | None = None
        self._phase = ""
        self._done = self._failed = 0
        self._new_line = self._whole = True
        # What the process outside of the lab reported comes first.
        outer = os.environ.get(entered.VARIABLE)
        file = ProgressFile(run.options.folder / NAME, Path(outer) / NAME if outer else None)
        redactor = run.witness.redactor
        stream.clean = lambda text: one_line(redactor.text(text))
        stream.show(file, self._live or Lines(self._line))

    def pytest_deselected(self) -> None:
        """The duration of a part of the tests is no estimate for the next run."""
        self._whole = False

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Record the collected tests."""
        kinds = {item.nodeid: collection.kinds_of(item, self._catalogue) for item in session.items}
        self._kinds = {name: max(found, key=list(Kind).index, default=Kind.FILES) for name, found in kinds.items()}
        phases = list(dict.fromkeys(f"tests {kind.value}" for kind in self._kinds.values() if kind is not Kind.FAULT))
        nouns = scenarios.nouns_of(name for item in session.items for name in collection.fixtures_of(item))
        steps = scenarios.steps(nouns - self._second.nouns)
        # Two labs have other durations than one.
        target = self._target.partition(":")[0] + (", two labs" if self._second.nouns or self._share else "")
        # Since the command began, in whichever process that was.
        spent = self._ledger.seconds()[TOTAL]
        self._stream.add("run", run_id=self._run_id, target=self._target, since=round(time.time() - spent, 3))
        waits = [second_lab.STEP] if self._second.nouns else []
        selection = hashlib.sha256("\n".join(sorted(self._kinds)).encode()).hexdigest()[:12]
        self._plan = Plan(self._stream, target, phases, [*steps, *waits], Timings(), selection=selection, spent=spent)
        self._stream.steps = self._plan.scenario
        reporter = session.config.pluginmanager.getplugin("terminalreporter")
        if self._live and reporter:
            # No files and percentages while tests run.
            reporter.showfspath = reporter._show_progress_info = False

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """A test begins, and perhaps another phase."""
        kind = self._kinds.get(nodeid)
        if self._plan is None or kind is None or kind.value == self._phase:
            return
        self._end_phase(measured=self._whole)
        self._phase = kind.value
        self._plan.begin(f"tests {self._phase}")
        self._tell(change=True)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note that a phase of a test is over."""
        if report.failed:
            self._failed += 1
            if self._live:
                word = "FAILED" if report.when == "call" else "ERROR"
                with self._stream.lock:
                    self._live.above(self._stream.clean(f"{word} {report.nodeid}"))
        if report.when == "teardown":
            self._done += 1
            self._tell()

    @pytest.hookimpl(wrapper=True)
    def pytest_report_teststatus(self) -> Generator[None, tuple[str, str, object], tuple[str, str, object]]:
        """No letter per test if their number is always shown."""
        category, letter, word = yield
        # pytest's final summary needs the words.
        return (category, "", "") if self._live and not self._out.closed else (category, letter, word)

    def close(self) -> None:
        """End the stream after teardown; pytest prints the rest."""
        ended = self._done == len(self._kinds)
        self._end_phase(measured=self._whole and ended)
        if self._plan and ended:
            self._plan.finish()
        self._phase = ""
        self._stream.add("end")
        self._stream.close()
        if not self._out.closed:
            self._out.close()

    def _end_phase(self, *, measured: bool) -> None:
        if self._plan and self._phase:
            self._plan.end(f"tests {self._phase}", measured=measured)

    @contextmanager
    def printing(self, text: str) -> Iterator[None]:
        """Hide the live view while pytest prints inside this context."""
        with self._stream.lock:
            if self._live:
                self._live.hide()
            yield
            self._new_line = text.endswith("\n") if text else self._new_line
            if self._live and self._new_line:
                self._live.unhide()

    def _line(self, text: str) -> None:
        """Write a log line, on a new line if pytest has begun one."""
        self._out.write(("" if self._new_line else "\n") + text)
        self._out.flush()
        self._new_line = True

    def _tell(self, *, change: bool = False) -> None:
        total = len(self._kinds)
        self._stream.add(
            "tests", phase=self._phase, done=self._done, total=total, failed=self._failed, change=change or None
        )


def wanted_live(config: pytest.Config) -> bool:
    """Whether changing lines fit: on a capable terminal, if pytest prints no details itself."""
    chatty = config.get_verbosity() > 0 or config.getoption("capture") == "no"
    able = os.environ.get("TERM", "dumb") != "dumb"
    return able and not chatty and sys.__stdout__ is not None and sys.__stdout__.isatty()


def terminal() -> TextIO:
    """This process's real standard output, even while pytest captures it."""
    return os.fdopen(os.dup(sys.__stdout__.fileno() if sys.__stdout__ else 1), "w", encoding="utf-8", errors="replace")
