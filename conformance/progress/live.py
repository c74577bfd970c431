"""The stream on a terminal: a few changing lines below the other output, removed at the end.

The cursor stays visible and the last line empty, so that the terminal is fine however the run ends.
"""

import os
import re
from contextlib import suppress
from typing import Any, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from conformance.progress.lines import Lines, missed
from conformance.progress.state import State
from conformance.progress.stream import View

_STYLES = {"waiting for ": "yellow", "scenario ": "bold", "events ": "dim"}
_FAR_TOO_LONG = "over its limit"
#: A line that ends with elapsed seconds and their limit.
_TIMED = re.compile(r"(.*)(, \d+ s\b.*)")


class LiveLines:
    """A view that redraws itself on `terminal`. Other output goes through `above`, or between `hide` and `unhide`."""

    def __init__(self, terminal: TextIO) -> None:
        self._terminal = terminal
        self._console = Console(file=terminal, force_terminal=True, legacy_windows=False)
        self._live: Live | None = None
        self._hidden = False
        self._lines: list[str] = []

    def record(self, record: dict[str, Any], state: State) -> None:
        """Keep failed waits on the screen."""
        if record["kind"] == "waited" and not record["seen"]:
            self.above(missed(record))
        del state

    def look(self, state: State, now: float) -> None:
        """Draw the lines."""
        self._lines = state.lines(now)
        if self._hidden:
            return
        with suppress(OSError):
            size = os.get_terminal_size(self._terminal.fileno())
            # A terminal that does not know its size says 0 by 0.
            if all(size):
                self._console.size = size
        if self._live is None:
            self._live = Live(
                self._drawn(), console=self._console, auto_refresh=False, transient=True,
                redirect_stdout=False, redirect_stderr=False,
            )  # fmt: skip
            self._live.start()
            self._console.show_cursor(True)
        self._live.update(self._drawn(), refresh=True)

    def above(self, text: str) -> None:
        """Print a line above the view, where it stays."""
        self._console.print(Text(text, no_wrap=False))

    def hide(self) -> None:
        """Remove the lines before other output; `unhide` brings them back."""
        self._hidden = True
        live, self._live = self._live, None
        if live:
            live.stop()

    def unhide(self) -> None:
        """Draw the view again from the next update on."""
        self._hidden = False

    def close(self) -> None:
        """Restore the terminal."""
        self.hide()

    def _drawn(self) -> Group:
        return Group(*(_styled(line, self._console.width) for line in self._lines), Text(""))


def _styled(line: str, width: int) -> Text:
    style = next((style for begin, style in _STYLES.items() if line.startswith(begin)), "")
    shown = fitted(line, width)
    return Text(shown, style="bold red" if _FAR_TOO_LONG in line else style, no_wrap=True, overflow="ellipsis")


def fitted(line: str, width: int) -> str:
    """Cut a line to `width` characters. Its end is kept: seconds, limits, and the latest action."""
    if len(line) <= width:
        return line
    timed = _TIMED.fullmatch(line)
    if timed and (room := width - 1 - len(timed[2])) > 0:
        return f"{timed[1][:room]}…{timed[2]}"
    return f"…{line[1 - width :]}"


def on(out: TextIO) -> View:
    """The view that fits the output."""
    if out.isatty() and os.environ.get("TERM", "dumb") != "dumb":
        return LiveLines(out)
    return Lines(lambda text: print(text, end="", file=out, flush=True))
