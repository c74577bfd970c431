"""Shows the phases of building the pack to the waiting user."""

import sys
import time
from contextlib import ExitStack
from typing import TextIO

from conformance import cache
from conformance.pack.built import Progress as Report
from conformance.progress.live import on
from conformance.progress.plan import Timings
from conformance.progress.stream import PROGRESS, View
from conformance.waiting import listening


class progress_bars:
    """The phases of a build in the progress stream; shown on `out` if the stream has no view yet."""

    def __init__(self, *views: View, out: TextIO | None = None) -> None:
        """`views` are added to the stream; `out` is standard error by default."""
        self._views = views
        self._out = out or sys.stderr
        self._stack = ExitStack()

    def __enter__(self) -> Report:
        self._own = not PROGRESS.on
        if self._own:
            PROGRESS.show(*self._views, on(self._out))
            self._stack.enter_context(listening(PROGRESS))
            known = Timings().expected("assemble the pack")
            once = "" if known is not None else " (the first time: two minutes or more)"
            PROGRESS.add("stage", name=f"preparing the nodes' software{once}")
        self._begun: dict[str, float] = {}
        self._said = 0.0
        return self._report

    def __exit__(self, *_: object) -> None:
        self._stack.close()
        if self._own:
            PROGRESS.close()

    def _report(self, phase: str, done: int, total: int) -> None:
        name, now = f"{phase} the pack", time.monotonic()
        if phase not in self._begun:
            self._begun[phase] = now
            PROGRESS.add("stage", name=f"{name} ({cache.folder()})", expected=Timings().expected(name))
        if done >= total:
            seconds = now - self._begun[phase]
            Timings().record(name, seconds)
            PROGRESS.add("staged", name=name, seconds=round(seconds, 1))
        elif now - self._said >= 1:
            self._said = now
            PROGRESS.add("part", done=done, total=total)
