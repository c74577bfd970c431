"""Ends a run in order on INT, TERM and HUP, whenever and however often they come."""

import os
import signal
from contextlib import ExitStack
from types import FrameType
from typing import Any

#: Signals that end a run.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
#: The number of the signal that ends it at once. tox itself sends a second one after a terminal's Ctrl-C.
_AT_ONCE = 3
#: pytest's exit code for an interrupted run.
_INTERRUPTED = 2
_TOLD = b"\nthe run is ending: it takes down what it made and writes its report; the third signal kills it\n"


class OrderlyEnd:
    """The first signal ends a run like Ctrl-C: it tears down and writes its report. Later ones do not interrupt that.

    The third ends it at once, like SIGKILL: the report already says INCOMPLETE.
    """

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._came = 0
        self._ending = False

    def watch(self, stack: ExitStack) -> None:
        """Handle signals until the stack is closed; an interrupted process ignores them afterwards."""
        for number in ENDING:
            stack.callback(self._leave, number, signal.signal(number, self._handle))

    def begun(self) -> None:
        """The run is ending by itself and is not interrupted any more."""
        self._ending = True

    def _leave(self, number: int, before: Any) -> None:
        # The interpreter's exit takes a moment, in which a signal would change the exit code.
        signal.signal(number, signal.SIG_IGN if self._came else before)

    def _handle(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002 - the interpreter gives both
        # A library's forked helper inherits this handler, but must not tear down or report the run.
        if os.getpid() != self._owner:
            os._exit(128 + number)
        self._came += 1
        if self._came >= _AT_ONCE:
            os._exit(_INTERRUPTED)
        if not self._ending:
            self._ending = True
            raise KeyboardInterrupt(signal.Signals(number).name)
        os.write(2, _TOLD)
