"""The view of a command that has standard error for itself: lines that change on a terminal, else lines of a log."""

import os
import sys

from conformance.progress.lines import Lines
from conformance.progress.live import LiveLines
from conformance.progress.stream import View


def on_standard_error() -> View:
    """Which of the two fits."""
    if sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        return LiveLines(sys.stderr)
    return Lines(_write)


def _write(text: str) -> None:
    sys.stderr.write(text)
    sys.stderr.flush()
